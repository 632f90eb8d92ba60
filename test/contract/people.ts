/** What the stores of people and of the audit log promise, for every database. */
import { expect, test } from "vitest";
import type { Database } from "../../api/store/database.ts";
import type { AuditEntry, Member, Passkey } from "../../api/store/people-port.ts";
import { sqlStores } from "../../api/store/sql-stores.ts";

const AT = "2026-11-23T06:00:00.000Z";
const LATER = "2026-11-23T18:00:00.000Z";
let made = 0;
const unique = (what: string): string => `${what} ${made++} ${Math.random()}`;
const aMember = (role: Member["role"] = "staff"): Member => ({
  id: unique("member"),
  name: "設定 <b>",
  role,
  subject: null,
  createdAt: AT,
  createdBy: "test",
});
const aPasskey = (memberId: string): Passkey => ({
  id: unique("passkey"),
  memberId,
  name: "phone",
  publicKey: "AA",
  counter: 0,
  transports: ["internal", "hybrid"],
  createdAt: AT,
  lastUsedOn: null,
});

export function peopleContract(name: string, database: () => Database): void {
  const people = () => sqlStores(database()).people;
  const audit = () => sqlStores(database()).audit;
  const added = async (role?: Member["role"]): Promise<Member> => {
    const member = aMember(role);
    await people().addMember(member);
    return member;
  };
  const aSession = (owner: { memberId: string | null; apiTokenId: string | null }) => ({
    id: unique("session"),
    tokenHash: unique("hash"),
    ...owner,
    createdAt: AT,
    seenAt: AT,
    expiresAt: LATER,
  });

  test(`${name}: a member comes back as added, changed and removed`, async () => {
    const member = await added("staff");
    expect(await people().member(member.id)).toEqual(member);
    expect(await people().changeMember(member.id, { name: "n", role: "staff" })).toBe("changed");
    expect(await people().member(member.id)).toEqual({ ...member, name: "n" });
    await people().addPasskey(aPasskey(member.id));
    const session = aSession({ memberId: member.id, apiTokenId: null });
    await people().addSession(session);
    const listed = await people().members({ after: null, limit: 1000 });
    expect(listed.find(({ id }) => id === member.id)).toEqual({
      ...member,
      name: "n",
      passkeys: 1,
      seenAt: AT,
    });
    await people().addLink(session.tokenHash, member.id, LATER);
    expect(await people().removeMember(member.id, LATER)).toBe("changed");
    expect(await people().member(member.id)).toBeNull();
    expect(await people().passkeysOf(member.id)).toEqual([]);
    expect(await people().session(session.tokenHash, AT, "")).toBeNull();
    expect(await people().redeemLink(session.tokenHash, AT)).toBeNull();
    expect(await people().removeMember(member.id, LATER)).toBe("unknown");
    expect(await people().changeMember(member.id, { name: "n", role: "admin" })).toBe("unknown");
  });

  test(`${name}: of many administrators who leave at once, one stays`, async () => {
    for (const { id } of await people().members({ after: null, limit: 1000 }))
      await database().run("UPDATE members SET role = 'staff' WHERE id = ?", [id]);
    const admins = await Promise.all(Array.from({ length: 8 }, () => added("admin")));
    const became = await Promise.all(
      admins.map(({ id }, at) =>
        at % 2 === 0
          ? people().removeMember(id, LATER)
          : people().changeMember(id, { name: "n", role: "staff" }),
      ),
    );
    expect(became.filter((each) => each === "last-admin")).toHaveLength(1);
    const left = await people().firstAdmin();
    expect(admins.map(({ id }) => id)).toContain(left?.id);
    expect(await people().changeMember(left?.id ?? "", { name: "other", role: "admin" })).toBe("changed");
  });

  test(`${name}: pages of members and tokens have each of them once`, async () => {
    const members = await Promise.all(Array.from({ length: 7 }, () => added()));
    const seen: string[] = [];
    let after: { createdAt: string; id: string } | null = null;
    for (;;) {
      const page: Member[] = await people().members({ after, limit: 3 });
      seen.push(...page.map(({ id }) => id));
      const last = page.at(-1);
      if (last === undefined) break;
      after = { createdAt: last.createdAt, id: last.id };
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining(members.map(({ id }) => id)));
  });

  test(`${name}: whom a provider vouches for is a member from then on, until removed`, async () => {
    const subject = unique("https://idp.example sub");
    const vouched = { ...aMember("staff"), subject };
    const first = await Promise.all(
      Array.from({ length: 5 }, (_, n) => people().vouchedMember({ ...vouched, id: `${vouched.id} ${n}` })),
    );
    expect(new Set(first.map((each) => each?.id)).size).toBe(1);
    const id = first[0]?.id ?? "";
    expect(await people().vouchedMember({ ...vouched, role: "admin", name: "x" })).toMatchObject({
      id,
      role: "admin",
      name: "x",
    });
    await people().vouchedMember(vouched);
    expect(await people().removeMember(id, LATER)).toBe("changed");
    expect(await people().vouchedMember({ ...vouched, role: "admin" })).toBeNull();
    expect(await people().vouchedMember(vouched)).toBeNull();
  });

  test(`${name}: a passkey is added once, and an answer counts once`, async () => {
    const member = await added();
    const passkey = aPasskey(member.id);
    expect(await people().addPasskey(passkey)).toBe(true);
    expect(await people().addPasskey({ ...passkey, memberId: (await added()).id })).toBe(false);
    expect(await people().passkey(passkey.id)).toEqual({ passkey, member });
    expect(await people().passkeysOf(member.id)).toEqual([passkey]);
    expect(await people().usePasskey(passkey.id, 0, "2026-11-23")).toBe(true);
    expect(await people().usePasskey(passkey.id, 0, "2026-11-23")).toBe(true);
    const counted = await Promise.all([7, 7, 7].map((n) => people().usePasskey(passkey.id, n, "2026-11-24")));
    expect(counted.filter((each) => each)).toHaveLength(1);
    for (const counter of [7, 6, 0])
      expect(await people().usePasskey(passkey.id, counter, "2026-11-25")).toBe(false);
    expect((await people().passkeysOf(member.id))[0]).toMatchObject({ counter: 7, lastUsedOn: "2026-11-24" });
    expect(await people().removePasskey((await added()).id, passkey.id)).toBe(false);
    expect(await people().removePasskey(member.id, passkey.id)).toBe(true);
    expect(await people().passkey(passkey.id)).toBeNull();
  });

  test(`${name}: challenges and links are used once, and within their time`, async () => {
    const member = await added();
    const hash = unique("hash");
    await people().addChallenge(hash, member.id, LATER);
    expect(await people().takeChallenge(hash, LATER)).toBeNull();
    const taken = await Promise.all(Array.from({ length: 10 }, () => people().takeChallenge(hash, AT)));
    expect(taken.filter((each) => each !== null)).toEqual([{ memberId: member.id }]);
    await people().addLink(hash, member.id, LATER);
    expect(await people().redeemLink(hash, LATER)).toBeNull();
    const redeemed = await Promise.all(Array.from({ length: 10 }, () => people().redeemLink(hash, AT)));
    expect(redeemed.filter((each) => each !== null)).toEqual([member]);
    expect(await people().redeemLink("none", AT)).toBeNull();
  });

  test(`${name}: a session has its owner's role of now, and ends idle, old or with its owner`, async () => {
    const member = await added();
    const session = aSession({ memberId: member.id, apiTokenId: null });
    const { tokenHash, ...shown } = session;
    await people().addSession(session);
    const found = await people().session(tokenHash, AT, "2026-11-23T05:00:00.000Z");
    expect(found).toEqual({
      session: shown,
      caller: { kind: "member", id: member.id, name: member.name, role: "staff" },
    });
    await added("admin");
    await people().changeMember(member.id, { name: "m", role: "admin" });
    expect((await people().session(tokenHash, AT, ""))?.caller).toMatchObject({ name: "m", role: "admin" });
    expect(await people().session(tokenHash, AT, AT)).toBeNull();
    expect(await people().session(tokenHash, LATER, "")).toBeNull();
    await people().seeSession(session.id, "2026-11-23T07:00:00.000Z");
    expect(await people().session(tokenHash, AT, AT)).not.toBeNull();
    const owner = { memberId: member.id, apiTokenId: null };
    expect(await people().sessionsOf(owner, AT, "")).toHaveLength(1);
    const other = { memberId: (await added()).id, apiTokenId: null };
    expect(await people().endSession({ id: session.id }, other)).toBe(false);
    expect(await people().endSession({ id: session.id }, owner)).toBe(true);
    expect(await people().session(tokenHash, AT, "")).toBeNull();
    expect(await people().endSession({ tokenHash }, null)).toBe(false);
  });

  test(`${name}: a token works until it expires or is revoked, and its sessions with it`, async () => {
    const token = {
      id: unique("token"),
      name: "設定",
      role: "admin" as const,
      createdAt: AT,
      createdBy: "test",
      expiresAt: LATER,
      revokedAt: null,
      lastUsedOn: null,
    };
    const tokenHash = unique("hash");
    await people().addToken({ ...token, tokenHash });
    expect(await people().anyToken()).toBe(true);
    expect(await people().findToken(tokenHash, AT)).toEqual(token);
    expect(await people().findToken(tokenHash, LATER)).toBeNull();
    expect(await people().findToken("none", AT)).toBeNull();
    await people().useToken(token.id, "2026-11-23");
    expect((await people().findToken(tokenHash, AT))?.lastUsedOn).toBe("2026-11-23");
    const [first, second] = [0, 1].map(() => aSession({ memberId: null, apiTokenId: token.id }));
    if (first === undefined || second === undefined) throw new Error("two sessions");
    await people().addSession(first);
    const caller = { kind: "token", id: token.id, name: token.name, role: "admin" };
    expect((await people().session(first.tokenHash, AT, ""))?.caller).toEqual(caller);
    expect(await people().revokeToken(token.id, AT)).toBe(true);
    expect(await people().revokeToken(token.id, AT)).toBe(false);
    expect(await people().findToken(tokenHash, AT)).toBeNull();
    await people().addSession(second);
    for (const session of [first, second])
      expect(await people().session(session.tokenHash, AT, "")).toBeNull();
    expect((await people().tokens({ after: null, limit: 1000 })).find(({ id }) => id === token.id)).toEqual({
      ...token,
      revokedAt: AT,
      lastUsedOn: "2026-11-23",
    });
    const rowless = aSession({ memberId: null, apiTokenId: unique("bootstrap") });
    await people().addSession(rowless);
    expect(await people().session(rowless.tokenHash, AT, "")).toMatchObject({ caller: null });
  });

  test(`${name}: the audit log is added to at its end alone, and goes from its beginning`, async () => {
    const entry = (place: number, at = AT): AuditEntry => ({
      place,
      at,
      actor: "member:1",
      actorName: "設定",
      action: "report-read",
      subject: `IKF ${place}`,
      detail: "{}",
      requestId: "r",
      hash: `hash ${place}`,
    });
    const { place: last } = await audit().head();
    expect(await audit().append([entry(last + 1), entry(last + 2)])).toBe(true);
    expect(await audit().head()).toEqual({ place: last + 2, hash: `hash ${last + 2}` });
    for (const wrong of [last, last + 2, last + 4]) expect(await audit().append([entry(wrong)])).toBe(false);
    const raced = await Promise.all(Array.from({ length: 6 }, () => audit().append([entry(last + 3)])));
    expect(raced.filter((each) => each)).toHaveLength(1);
    await expect(
      database().run("UPDATE audit_log SET actor = 'x' WHERE place = ?", [last + 1]),
    ).rejects.toThrow("only added to");
    await expect(database().run("DELETE FROM audit_log WHERE place = ?", [last + 1])).rejects.toThrow(
      "from its beginning",
    );
    expect(await audit().append([entry(last + 4, LATER), entry(last + 5, AT)])).toBe(true);

    const filter = { actor: null, subject: null, since: null, before: null, limit: 100 };
    const places = async (which: Partial<typeof filter> | object) =>
      (await audit().list({ ...filter, ...which })).map(({ place }) => place - last);
    expect(await places({ before: last + 3 })).toEqual(expect.arrayContaining([2, 1]));
    expect(await places({ subject: `IKF ${last + 4}` })).toEqual([4]);
    expect(await places({ since: LATER })).toEqual([4]);
    expect(await places({ actor: "member:none" })).toEqual([]);
    expect(await places({ subject: `IKF ${last + 4}`, actions: ["x", "report-read"] })).toEqual([4]);
    expect(await places({ subject: `IKF ${last + 4}`, actions: ["report-reviewed"] })).toEqual([]);
    expect((await audit().from(last + 3, 10)).map(({ place }) => place - last)).toEqual([4, 5]);

    expect(await audit().expire(LATER, 2)).toBe(2);
    while ((await audit().expire(LATER, 2)) > 0);
    // What stands behind a newer entry stays, though its own time is over.
    expect((await audit().from(0, 100)).map(({ place }) => place - last)).toEqual([4, 5]);
    expect(await audit().anchor()).toEqual({ place: last + 3, hash: `hash ${last + 3}` });
    expect(await audit().expire("9999", 100)).toBe(2);
    expect(await audit().head()).toEqual({ place: last + 5, hash: `hash ${last + 5}` });
    expect(await audit().append([entry(last + 6)])).toBe(true);
  });
}
