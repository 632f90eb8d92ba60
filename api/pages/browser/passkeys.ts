/** The dialogues for passkeys, which are nothing without scripts. */

/** What this browser can do: both sides of the dialogue speak JSON. */
const canUsePasskeys =
  typeof PublicKeyCredential === "function" && "parseCreationOptionsFromJSON" in PublicKeyCredential;

async function post<T>(path: string, body?: unknown): Promise<T> {
  const json = { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(path, { method: "POST", ...(body === undefined ? {} : json) });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.detail);
  return said;
}

const field = (form: HTMLFormElement, name: string): string => String(new FormData(form).get(name) ?? "");

const DIALOGUES: Readonly<Record<string, (form: HTMLFormElement) => Promise<void>>> = {
  async add(form) {
    const options = await post<PublicKeyCredentialCreationOptionsJSON>("/v1/passkeys/options");
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
    const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
    await post("/v1/passkeys", { name: field(form, "name"), credential: made.toJSON() });
    location.assign("/console/account");
  },
  async "sign-in"(form) {
    const options = await post<PublicKeyCredentialRequestOptionsJSON>("/v1/passkeys/sign-in-options");
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
    const shown = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
    await post("/v1/passkeys/sign-in", { credential: shown.toJSON() });
    // What was typed before the session ended goes on from here.
    const carried = document.querySelector<HTMLFormElement>("form[data-resume]");
    if (carried === null) location.assign(field(form, "next"));
    else carried.requestSubmit();
  },
};

/** Shows the forms that begin a dialogue, where there can be one. */
export function startPasskeys(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
    form.hidden = !canUsePasskeys;
    const failed = form.parentElement?.querySelector<HTMLElement>("[data-passkey-failed]");
    const button = form.querySelector("button");
    const dialogue = DIALOGUES[form.dataset.passkey ?? ""];
    if (!failed || !button || !dialogue) continue;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      failed.hidden = true;
      try {
        await dialogue(form);
      } catch (error) {
        // The browser's own refusals are in its words, and say nothing to a person.
        const ours = failed.dataset.passkeyFailed ?? "";
        failed.textContent = error instanceof DOMException ? ours : (error as Error).message;
        failed.hidden = false;
      }
      button.disabled = false;
    });
  }
  for (const absent of document.querySelectorAll<HTMLElement>("[data-passkey-absent]"))
    absent.hidden = canUsePasskeys;
}
