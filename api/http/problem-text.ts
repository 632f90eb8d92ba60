import type { Language } from "../../shared/language.ts";

interface ProblemKind {
  status: 400 | 401 | 403 | 404 | 405 | 406 | 409 | 410 | 412 | 413 | 415 | 422 | 428 | 429 | 500 | 503;
  title: Record<Language, string>;
  /** `{name}` stands for a parameter. Says what is wrong and what to do. */
  detail: Record<Language, string>;
}

/** Every problem that the service answers with. The key is the end of its `type`: never renamed. */
export const PROBLEMS = {
  "bad-host": {
    status: 400,
    title: { en: "The Host header is not usable", ja: "Host ヘッダーを使えません" },
    detail: {
      en: "Cannot answer: the Host header is not a host name. Call the service by its own address",
      ja: "Host ヘッダーがホスト名ではないため応答できません。サービス本来のアドレスで呼び出してください",
    },
  },
  "malformed-json": {
    status: 400,
    title: { en: "The body is not JSON", ja: "本文が JSON ではありません" },
    detail: {
      en: "Cannot read the body as JSON: {reason}. Send one JSON object, in UTF-8",
      ja: "本文を JSON として読めません: {reason}。UTF-8 の JSON オブジェクトを 1 つ送ってください",
    },
  },
  "empty-body": {
    status: 400,
    title: { en: "The body is empty", ja: "本文が空です" },
    detail: {
      en: "Cannot analyze: 0 bytes came. Send the capture itself as the body (curl: --data-binary @FILE)",
      ja: "0 バイトのため解析できません。キャプチャーファイルそのものを本文として送ってください (curl: --data-binary @FILE)",
    },
  },
  "invalid-fields": {
    status: 400,
    title: { en: "Some fields are not valid", ja: "正しくない項目があります" },
    detail: {
      en: "Cannot accept the {target}: see errors, each with the place it is about",
      ja: "{target} を受け付けられません。errors に場所と理由があります",
    },
  },
  "token-missing": {
    status: 401,
    title: { en: "A token is needed", ja: "トークンが必要です" },
    detail: {
      en: "Cannot do this without a token: send Authorization: Bearer ikf_…, or sign in to the console",
      ja: "トークンがないため実行できません。Authorization: Bearer ikf_… を付けるか、コンソールにサインインしてください",
    },
  },
  "token-refused": {
    status: 401,
    title: { en: "The token is not accepted", ja: "トークンが無効です" },
    detail: {
      en: "Cannot accept the token: it is unknown, revoked, or belongs to something else",
      ja: "トークンを受け付けられません。未登録か、取り消し済みか、別の対象のものです",
    },
  },
  "role-too-low": {
    status: 403,
    title: { en: "This needs an administrator", ja: "管理者の権限が必要です" },
    detail: {
      en: "Cannot do this as {role}: ask an administrator for it",
      ja: "{role} の権限では実行できません。管理者に依頼してください",
    },
  },
  "cross-site": {
    status: 403,
    title: { en: "The request came from another site", ja: "別のサイトからの要求です" },
    detail: {
      en: "Cannot accept a change that another site asked for: open the page of this service and try there",
      ja: "別のサイトからの変更は受け付けません。このサービスのページから操作してください",
    },
  },
  "not-found": {
    status: 404,
    title: { en: "There is nothing here", ja: "見つかりません" },
    detail: {
      en: "Cannot find {method} {path}: /docs lists what there is",
      ja: "{method} {path} はありません。/docs に一覧があります",
    },
  },
  "report-not-found": {
    status: 404,
    title: { en: "There is no such report", ja: "そのレポートはありません" },
    detail: {
      en: "Cannot find the report: compare the ID letter by letter (IKF-XXXXX-XXXXX-X); reports are also deleted after a time",
      ja: "レポートが見つかりません。ID (IKF-XXXXX-XXXXX-X) を 1 文字ずつ確かめてください。保存期間を過ぎたものは削除されます",
    },
  },
  "capture-not-found": {
    status: 404,
    title: { en: "The report has no capture", ja: "レポートにキャプチャーがありません" },
    detail: {
      en: "Cannot give the capture: none was sent with the report, or it was deleted after {days} days",
      ja: "キャプチャーがありません。送られていないか、{days} 日を過ぎて削除されました",
    },
  },
  "case-not-found": {
    status: 404,
    title: { en: "There is no such case", ja: "そのケースはありません" },
    detail: {
      en: "Cannot find the case: GET /v1/cases lists them",
      ja: "ケースが見つかりません。GET /v1/cases に一覧があります",
    },
  },
  "code-unknown": {
    status: 404,
    title: { en: "The case code is not known", ja: "ケースコードが見つかりません" },
    detail: {
      en: "Cannot find a case for this code: check it letter by letter, or ask the helpdesk for a new one",
      ja: "このコードのケースはありません。1 文字ずつ確かめるか、ヘルプデスクに新しいコードを依頼してください",
    },
  },
  "script-not-found": {
    status: 404,
    title: { en: "There is no such script", ja: "そのスクリプトはありません" },
    detail: {
      en: "Cannot give {file}: the agent is {url}, to be run with Node.js or Deno, and {windows} for PowerShell",
      ja: "{file} はありません。エージェントは {url} (Node.js か Deno で実行) と {windows} (PowerShell で実行) です",
    },
  },
  "method-not-allowed": {
    status: 405,
    title: { en: "The method is not allowed here", ja: "このメソッドは使えません" },
    detail: {
      en: "Cannot {method} this: allowed are {allowed}",
      ja: "{method} は使えません。使えるのは {allowed} です",
    },
  },
  "report-not-ready": {
    status: 409,
    title: { en: "The run has no report yet", ja: "レポートがまだありません" },
    detail: {
      en: "Cannot take the capture before the last round: post the rounds until the answer is done",
      ja: "最後のラウンドの前にはキャプチャーを受け取れません。done が返るまでラウンドを送ってください",
    },
  },
  "code-expired": {
    status: 410,
    title: { en: "The case code has expired", ja: "ケースコードの期限が切れています" },
    detail: {
      en: "Cannot use this code: it ended at {at}. Ask the helpdesk for a new one",
      ja: "このコードは {at} に期限が切れました。ヘルプデスクに新しいコードを依頼してください",
    },
  },
  "code-revoked": {
    status: 410,
    title: { en: "The case code was withdrawn", ja: "ケースコードは取り消されています" },
    detail: {
      en: "Cannot use this code: the helpdesk withdrew it. Ask for a new one",
      ja: "このコードはヘルプデスクが取り消しました。新しいコードを依頼してください",
    },
  },
  "code-used-up": {
    status: 410,
    title: { en: "The case code is used up", ja: "ケースコードの使用回数を超えました" },
    detail: {
      en: "Cannot use this code again: it was used {max} times, which is all. Ask the helpdesk for a new one",
      ja: "このコードは上限の {max} 回まで使われました。ヘルプデスクに新しいコードを依頼してください",
    },
  },
  "run-expired": {
    status: 410,
    title: { en: "The run is over", ja: "実行の期限が切れています" },
    detail: {
      en: "Cannot go on with this run: it ended at {at}. Start the agent again",
      ja: "この実行は {at} に終わりました。エージェントをもう一度起動してください",
    },
  },
  "review-stale": {
    status: 412,
    title: { en: "The report has changed meanwhile", ja: "レポートが先に更新されています" },
    detail: {
      en: "Cannot save the review over a newer one: read the report again and repeat with its ETag",
      ja: "新しい内容に上書きできません。レポートを読み直し、その ETag でやり直してください",
    },
  },
  "body-too-large": {
    status: 413,
    title: { en: "The body is too large", ja: "本文が大きすぎます" },
    detail: {
      en: "Cannot take more than {max} bytes: capture only UDP 500 and 4500, ICMP and IP fragments, or run ikefrag minimize first",
      ja: "{max} バイトを超えるため受け取れません。UDP 500 と 4500、ICMP、IP フラグメントだけを採取するか、先に ikefrag minimize で小さくしてください",
    },
  },
  "json-too-large": {
    status: 413,
    title: { en: "The body is too large", ja: "本文が大きすぎます" },
    detail: {
      en: "Cannot take more than {max} bytes of JSON: send captures as they are, not inside JSON",
      ja: "JSON は {max} バイトまでです。キャプチャーは JSON に入れずそのまま送ってください",
    },
  },
  "case-quota": {
    status: 413,
    title: { en: "The case has used up its upload allowance", ja: "ケースの送信上限を超えました" },
    detail: {
      en: "Cannot take this capture: a case may send {max} bytes in all. Open a new case",
      ja: "1 つのケースで送れるのは合計 {max} バイトです。新しいケースを作成してください",
    },
  },
  "unsupported-media-type": {
    status: 415,
    title: { en: "The content type is not understood", ja: "Content-Type を扱えません" },
    detail: {
      en: "Cannot read {given}: send {accepted} (curl: -H 'content-type: …')",
      ja: "{given} は読めません。{accepted} で送ってください (curl: -H 'content-type: …')",
    },
  },
  "unreadable-capture": {
    status: 422,
    title: { en: "The file is not a readable capture", ja: "キャプチャーとして読めません" },
    detail: { en: "{reason}", ja: "キャプチャーを読めません。{reason}" },
  },
  "wrong-target": {
    status: 422,
    title: { en: "The measurements are about another gateway", ja: "別のゲートウェイの測定です" },
    detail: {
      en: "Cannot diagnose {gateway} from measurements of something else: see errors",
      ja: "ほかの宛先の測定からは {gateway} を診断できません。errors を見てください",
    },
  },
  "precondition-required": {
    status: 428,
    title: { en: "If-Match is needed", ja: "If-Match が必要です" },
    detail: {
      en: "Cannot change a review blindly: send If-Match with the ETag of the report as you read it",
      ja: "If-Match がないため変更できません。読んだレポートの ETag を If-Match に付けてください",
    },
  },
  "too-many-requests": {
    status: 429,
    title: { en: "Too many requests", ja: "要求が多すぎます" },
    detail: {
      en: "Cannot take more than {quota} in {window} seconds from one address: wait {seconds} seconds",
      ja: "1 つのアドレスから {window} 秒間に {quota} 回までです。{seconds} 秒お待ちください",
    },
  },
  "too-many-rounds": {
    status: 429,
    title: { en: "The run has posted too often", ja: "この実行からの送信が多すぎます" },
    detail: {
      en: "Cannot take more than {max} posts of one run: start the agent again",
      ja: "1 回の実行で送れるのは {max} 回までです。エージェントをもう一度起動してください",
    },
  },
  internal: {
    status: 500,
    title: { en: "The service failed", ja: "サービスでエラーが起きました" },
    detail: {
      en: "Cannot answer because of a fault in the service: tell its operator the request ID {requestId}",
      ja: "サービス側の不具合で応答できません。運用者に要求 ID {requestId} を伝えてください",
    },
  },
  "store-unreachable": {
    status: 503,
    title: { en: "The store does not answer", ja: "保存先が応答しません" },
    detail: {
      en: "Cannot reach the database: try again in a minute",
      ja: "データベースに接続できません。少し待ってからお試しください",
    },
  },
} satisfies Record<string, ProblemKind>;
export type ProblemCode = keyof typeof PROBLEMS;
