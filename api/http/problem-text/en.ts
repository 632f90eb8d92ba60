/**
 * What the service says of a problem, in English: what kind it is, and what is wrong this time and what to
 * do. `{name}` stands for a parameter.
 */
export const en = {
  "bad-host.title": "The Host header is not usable",
  "bad-host.detail":
    "Cannot answer under this name: it is no host name, or nobody said that it is this service's. Call the service by its own https address; behind a proxy its operator has to set IKEFRAG_PUBLIC_URL",
  "malformed-json.title": "The body is not JSON",
  "malformed-json.detail": "Cannot read the body as JSON: {reason}. Send one JSON object, in UTF-8",
  "empty-body.title": "The body is empty",
  "empty-body.detail":
    "Cannot analyze: 0 bytes came. Send the capture itself as the body (curl: --data-binary @FILE)",
  "client-gone.title": "The connection ended too early",
  "client-gone.detail":
    "Cannot use what was sent: the connection ended before all of it had come. Send it again",
  "invalid-fields.title": "Some fields are not valid",
  "invalid-fields.detail": "Cannot accept the {target}: see errors, each with the place it is about",
  "malformed-form.title": "The form cannot be read",
  "malformed-form.detail":
    "Cannot read the form: {reason}. Send multipart/form-data, with the fields before the files",
  "token-missing.title": "A token is needed",
  "token-missing.detail":
    "Cannot do this without a token: send Authorization: Bearer ikf_…, or sign in to the console",
  "token-refused.title": "The token is not accepted",
  "token-refused.detail": "Cannot accept the token: it is unknown, revoked, or belongs to something else",
  "role-too-low.title": "This needs an administrator",
  "role-too-low.detail": "Cannot do this as {role}: ask an administrator for it",
  "passkey-refused.title": "The passkey is not accepted",
  "passkey-refused.detail":
    "Cannot sign in with this passkey: it is not known here, or the dialogue took too long. Try again, or ask an administrator for a sign-in link",
  "passkey-unusable.title": "The passkey cannot be added",
  "passkey-unusable.detail":
    "Cannot add the passkey: the dialogue took too long, or it was made for another site or is known already. Try again",
  "members-only.title": "Only a person can do this",
  "members-only.detail":
    "Cannot do this with a token: passkeys belong to a member. Sign in with a sign-in link first",
  "member-not-found.title": "There is no such member",
  "member-not-found.detail": "Cannot find the member: GET /v1/members lists them",
  "setting-fixed.title": "The environment decides this setting",
  "setting-fixed.detail":
    "Cannot change {names}: the environment of the service decides it. Ask whoever runs the service",
  "last-admin.title": "The only administrator has to stay",
  "last-admin.detail": "Cannot do this: nobody else would be an administrator. Make another member one first",
  "idempotency-key-in-use.title": "The same request is under way",
  "idempotency-key-in-use.detail":
    "Cannot answer yet: the first request with this Idempotency-Key is not answered. Send it again in a moment",
  "idempotency-key-reused.title": "The Idempotency-Key belongs to another request",
  "idempotency-key-reused.detail":
    "Cannot do this: another request came with this Idempotency-Key. Make a new key for each request",
  "api-token-not-found.title": "There is no such token",
  "api-token-not-found.detail": "Cannot find the token, or it is revoked already: GET /v1/tokens lists them",
  "session-not-found.title": "There is no such session",
  "session-not-found.detail": "Cannot find the session among your own: GET /v1/sessions lists them",
  "passkey-not-found.title": "There is no such passkey",
  "passkey-not-found.detail": "Cannot find the passkey among your own: GET /v1/passkeys lists them",
  "identity-provider-unreachable.title": "The identity provider does not answer",
  "identity-provider-unreachable.detail":
    "Cannot check who you are: the identity provider's keys cannot be fetched now. Try again in some seconds",
  "cross-site.title": "The request came from another site",
  "cross-site.detail":
    "Cannot accept a change that another site asked for: open the page of this service and try there",
  "not-found.title": "There is nothing here",
  "not-found.detail": "Cannot find {method} {path}: /docs lists what there is",
  "report-not-found.title": "There is no such report",
  "report-not-found.detail":
    "Cannot find the report: compare the ID letter by letter (IKF-XXXXX-XXXXX-X); reports are also deleted after a time",
  "capture-not-found.title": "The report has no capture",
  "capture-not-found.detail":
    "Cannot give the capture: none was sent with the report, or it was deleted after {days} days",
  "case-not-found.title": "There is no such case",
  "case-not-found.detail": "Cannot find the case: GET /v1/cases lists them",
  "file-not-found.title": "The case has no such file",
  "file-not-found.detail": "Cannot find the file: GET /v1/cases/ID lists what the case has",
  "code-unknown.title": "The case code is not known",
  "code-unknown.detail":
    "Cannot find a case for this code: check it letter by letter, or ask the helpdesk for a new one",
  "script-not-found.title": "There is no such script",
  "script-not-found.detail":
    "Cannot give {file}: the agent is {url}, to be run with Node.js or Deno, {windows} for PowerShell, and {shell} for sh",
  "release-not-found.title": "There is no such file of the agent",
  "release-not-found.detail":
    "Cannot give this file: the service has version {version} of the agent, and {url} lists its files",
  "webhook-not-found.title": "There is no such webhook",
  "webhook-not-found.detail": "Cannot find the webhook: GET /v1/webhooks lists them",
  "delivery-not-found.title": "The webhook has no such delivery",
  "delivery-not-found.detail":
    "Cannot find the delivery: GET /v1/webhooks/ID/deliveries lists those of the last 30 days",
  "too-many-webhooks.title": "There are too many webhooks",
  "too-many-webhooks.detail": "Cannot add a webhook: there are {most} already. Delete one that is not needed",
  "webhook-disabled.title": "The webhook is disabled",
  "webhook-disabled.detail":
    "Cannot send: the webhook is disabled. Mend what it leads to, then enable it with PATCH and send again",
  "method-not-allowed.title": "The method is not allowed here",
  "method-not-allowed.detail": "Cannot {method} this: allowed are {allowed}",
  "report-lost.title": "A part of the report is lost",
  "report-lost.detail":
    "Cannot show the report: a part of it is no longer stored, or is damaged. Measure again for a new report; the operator finds in the log, by the request ID {requestId}, which object to bring back from a backup",
  "report-not-ready.title": "The run has no report yet",
  "report-not-ready.detail":
    "Cannot take the capture before the last round: post the rounds until the answer is done",
  "code-expired.title": "The case code has expired",
  "code-expired.detail": "Cannot use this code: it ended at {at}. Ask the helpdesk for a new one",
  "code-revoked.title": "The case code was withdrawn",
  "code-revoked.detail": "Cannot use this code: the helpdesk withdrew it. Ask for a new one",
  "code-used-up.title": "The case code is used up",
  "code-used-up.detail":
    "Cannot use this code again: it was used {max} times, which is all. Ask the helpdesk for a new one",
  "run-expired.title": "The run is over",
  "run-expired.detail": "Cannot go on with this run: it ended at {at}. Start the agent again",
  "review-stale.title": "The report has changed meanwhile",
  "review-stale.detail":
    "Cannot save the review over a newer one: read the report again and repeat with its ETag",
  "body-too-large.title": "The body is too large",
  "body-too-large.detail":
    "Cannot take more than {max} bytes: capture only UDP 500 and 4500, ICMP and IP fragments, or run ikefrag minimize first",
  "json-too-large.title": "The body is too large",
  "json-too-large.detail":
    "Cannot take more than {max} bytes of JSON: send captures as they are, not inside JSON",
  "text-too-large.title": "The text is too large",
  "text-too-large.detail":
    "Cannot take more than {max} bytes of text: give the part that shows the failing connection",
  "form-too-large.title": "The files are too large together",
  "form-too-large.detail": "Cannot take more than {max} bytes at once: leave some of the files out",
  "too-many-files.title": "There are too many files",
  "too-many-files.detail": "Cannot take more than {max} files at once: give the rest later, or leave it out",
  "case-quota.title": "The case has used up its upload allowance",
  "case-quota.detail": "Cannot take this capture: a case may send {max} bytes in all. Open a new case",
  "case-files-full.title": "The case has no room for more files",
  "case-files-full.detail":
    "Cannot take this file: a case keeps {max} files from the gateway's side, and {bytes} bytes of logs in all. Delete one of them first, or send the part of the log that shows the failing login",
  "unsupported-media-type.title": "The content type is not understood",
  "unsupported-media-type.detail": "Cannot read {given}: send {accepted} (curl: -H 'content-type: …')",
  "unreadable-capture.title": "The file is not a readable capture",
  "unreadable-capture.detail": "{reason}",
  "unknown-text.title": "Nothing in the text is known",
  "unknown-text.detail":
    "Cannot use this text: no output of a command that ikefrag knows is in it. Paste what ping, netsh, ip, ifconfig, tracepath or tcpdump printed, with the command line above it",
  "unknown-json.title": "The JSON is not evidence",
  "unknown-json.detail":
    "Cannot use this JSON: {reason}. The JSON of a run or of a report is accepted, as ikefrag probe --save and GET /v1/reports/ID give it",
  "no-login-messages.title": "No IKE message is in the text",
  "no-login-messages.detail":
    "Cannot use this text: it says nothing of an IKE message. Send the log of the IKE daemon from the time of the failing login, or a capture",
  "wrong-target.title": "The measurements are about another gateway",
  "wrong-target.detail": "Cannot diagnose {gateway} from measurements of something else: see errors",
  "precondition-required.title": "If-Match is needed",
  "precondition-required.detail":
    "Cannot change a review blindly: send If-Match with the ETag of the report as you read it",
  "too-many-requests.title": "Too many requests",
  "too-many-requests.detail":
    "Cannot take more than {quota} requests in {window} seconds from one address: try again in {seconds} seconds",
  "too-many-rounds.title": "The run has posted too often",
  "too-many-rounds.detail": "Cannot take more than {max} posts of one run: start the agent again",
  "internal.title": "The service failed",
  "internal.detail":
    "Cannot answer because of a fault in the service: tell its operator the request ID {requestId}",
  "store-unreachable.title": "The store does not answer",
  "store-unreachable.detail":
    "Cannot reach the index or the objects: try again in a minute; the log says which, and why",
  "store-unavailable.title": "The service cannot store or read anything now",
  "store-unavailable.detail":
    "Cannot do this now: the service's store takes and gives nothing. Try again in {seconds} seconds; if that does not help, tell the operator the request ID {requestId}",
  "shutting-down.title": "The service is restarting",
  "shutting-down.detail": "Cannot take this now: the service is about to end. Try again in a few seconds",
} as const;
