/** What the store of webhooks and their deliveries must do, whichever database is below. */
import { expect, test } from "vitest";
import type { Database } from "../../api/store/database.ts";
import type { Attempt, StoredWebhook, ToldEvent, WebhookStore } from "../../api/store/port.ts";
import { sqlStores } from "../../api/store/sql-stores.ts";

const AT = "2026-11-23T06:00:00.000Z";
const LATER = "2026-11-23T06:01:00.000Z";
const DAYS_LATER = "2026-11-29T06:00:00.000Z";
const EVEN_LATER = "2026-12-23T06:00:00.000Z";

const aWebhook = (webhookId: string, changes: Partial<StoredWebhook> = {}): StoredWebhook => ({
  webhookId,
  sealedUrl: "sealed URL",
  sealedSecret: "sealed secret",
  sealedOldSecret: null,
  sealedAuthorization: "sealed header",
  jira: { project: "VPN", issueType: "Task" },
  events: ["report.created"],
  format: "standard",
  description: "チャット",
  createdAt: AT,
  createdBy: "admin",
  enabled: true,
  disabledBecause: null,
  failingSince: null,
  oldSecretEndsAt: null,
  ...changes,
});
const toldAt = (at: string, about = "IKF-1"): ToldEvent => ({
  type: "report.created",
  about,
  payload: JSON.stringify({ at }),
  at,
});
const anAttempt = (changes: Partial<Attempt>): Attempt => ({
  state: "delivered",
  dueAt: null,
  attemptedAt: AT,
  status: 200,
  answer: "ok",
  error: null,
  disable: null,
  ...changes,
});

export function webhookContract(name: string, database: () => Database): void {
  /** A store whose webhooks go with the test: what is due is looked for among all of them. */
  const withWebhooks = async (webhooks: StoredWebhook[], run: (store: WebhookStore) => Promise<void>) => {
    const store = sqlStores(database()).webhooks;
    for (const webhook of webhooks) expect(await store.create(webhook, 20)).toBe(true);
    try {
      await run(store);
    } finally {
      for (const { webhookId } of webhooks) await store.delete(webhookId);
    }
  };
  const listed = async (id: string) =>
    sqlStores(database()).webhooks.deliveries(id, { after: null, limit: 100 });

  test(`${name}: a webhook comes back as it was written and changed, and there are only so many`, async () => {
    const [first, second] = [aWebhook("a"), aWebhook("b", { createdAt: LATER })];
    await withWebhooks([first, second], async (store) => {
      expect(await store.get("a")).toEqual(first);
      expect(await store.list()).toEqual([first, second]);
      expect(await store.create(aWebhook("c"), 2)).toBe(false);
      await store.change("a", { events: ["case.used"], sealedOldSecret: "old", oldSecretEndsAt: LATER });
      const changed = { ...first, events: ["case.used"], sealedOldSecret: "old", oldSecretEndsAt: LATER };
      expect(await store.get("a")).toEqual(changed);
    });
    expect(await sqlStores(database()).webhooks.get("a")).toBeNull();
  });

  test(`${name}: an event is told in one step with what it is, to whom asked for it`, async () => {
    const webhooks = [
      aWebhook("a"),
      aWebhook("b", { events: ["case.used", "report.reviewed"] }),
      aWebhook("off", { enabled: false }),
    ];
    await withWebhooks(webhooks, async () => {
      const { reports } = sqlStores(database());
      const report = {
        reportId: `IKF-${name}`,
        runId: null,
        caseId: null,
        createdAt: AT,
        source: "analysis" as const,
        verdict: "healthy" as const,
        confidence: "high" as const,
        direction: null,
        interfaceMtu: null,
        gateway: null,
        adapter: null,
        network: "unknown" as const,
        label: null,
      };
      const told = toldAt(AT, report.reportId);
      expect(await reports.create(report, [], told)).toBe(true);
      expect(await reports.create(report, [], told)).toBe(false);
      expect(await listed("a")).toMatchObject([
        { type: "report.created", payload: told.payload, state: "waiting", attempts: 0, nextAttemptAt: AT },
      ]);
      expect([await listed("b"), await listed("off")]).toEqual([[], []]);

      const review = { status: "fixed" as const, note: "", override: null, updatedAt: AT, updatedBy: "a" };
      const reviewed = { ...told, type: "report.reviewed" as const };
      const version = (await reports.get(report.reportId))?.version ?? 0;
      expect(await reports.review(report.reportId, version + 1, review, reviewed)).toBe(false);
      expect(await listed("b")).toEqual([]);
      // Of many who read the same version, one is heard, and one is told of.
      const saved = await Promise.all(
        Array.from({ length: 4 }, () => reports.review(report.reportId, version, review, reviewed)),
      );
      expect(saved.filter(Boolean)).toHaveLength(1);
      expect(await listed("b")).toMatchObject([{ type: "report.reviewed" }]);

      await reports.delete(report.reportId);
      expect([await listed("a"), await listed("b")]).toEqual([[], []]);
    });
  });

  test(`${name}: of many who claim, each delivery is one's, and a webhook's come one after the other`, async () => {
    await withWebhooks([aWebhook("a"), aWebhook("b")], async (store) => {
      for (const id of ["a", "b"]) for (const at of [AT, LATER]) await store.tell(id, toldAt(at));
      const claimAll = async (now: string, endsAt = DAYS_LATER) =>
        (
          await Promise.all(Array.from({ length: 8 }, (_, at) => store.claim(`${now}${at}`, now, endsAt)))
        ).flatMap((delivery, at) => (delivery === null ? [] : [{ ...delivery, lease: `${now}${at}` }]));
      expect(await claimAll("2026-11-23T05:59:59.999Z")).toEqual([]);
      const claimed = await claimAll(LATER);
      expect(claimed.map(({ webhookId }) => webhookId).sort()).toEqual(["a", "b"]);
      expect(claimed.every(({ createdAt, attempts }) => createdAt === AT && attempts === 1)).toBe(true);
      for (const delivery of claimed) await store.settle(delivery, delivery.lease, anAttempt({}));
      expect((await claimAll(LATER)).map(({ createdAt }) => createdAt)).toEqual([LATER, LATER]);
      // Who claimed these has died: the time of the leases ends.
      expect(await store.nextDue()).toBe(DAYS_LATER);
      expect((await claimAll(DAYS_LATER, EVEN_LATER)).map(({ attempts }) => attempts)).toEqual([2, 2]);
      // Or a service starts that knows that nobody else runs.
      await store.forgetAttempts(DAYS_LATER);
      expect((await claimAll(DAYS_LATER, EVEN_LATER)).map(({ attempts }) => attempts)).toEqual([3, 3]);
    });
  });

  test(`${name}: what came of an attempt is written by whose it is`, async () => {
    await withWebhooks([aWebhook("a")], async (store) => {
      const deliveryId = (await store.tell("a", toldAt(AT))) ?? "";
      await store.claim("first", AT, LATER);
      await store.claim("second", LATER, DAYS_LATER);
      const failed = anAttempt({ state: "waiting", dueAt: DAYS_LATER, status: 500, error: "e" });
      await store.settle({ deliveryId, webhookId: "a" }, "first", failed);
      expect(await store.getDelivery(deliveryId)).toMatchObject({ state: "waiting", status: null });
      expect((await store.get("a"))?.failingSince).toBeNull();
      await store.settle({ deliveryId, webhookId: "a" }, "second", failed);
      expect(await store.getDelivery(deliveryId)).toMatchObject({ status: 500, nextAttemptAt: DAYS_LATER });
      expect((await store.get("a"))?.failingSince).toBe(AT);

      await store.claim("third", DAYS_LATER, DAYS_LATER);
      await store.settle({ deliveryId, webhookId: "a" }, "third", anAttempt({ attemptedAt: DAYS_LATER }));
      expect(await store.getDelivery(deliveryId)).toMatchObject({ state: "delivered", nextAttemptAt: null });
      expect((await store.get("a"))?.failingSince).toBeNull();
      await store.resend(deliveryId, DAYS_LATER);
      expect(await store.getDelivery(deliveryId)).toMatchObject({ state: "waiting", attempts: 0 });
    });
  });

  test(`${name}: a webhook that is disabled gets nothing more, and what waited has failed`, async () => {
    await withWebhooks([aWebhook("a"), aWebhook("b")], async (store) => {
      const gone = anAttempt({ state: "failed", status: 410, disable: "now" });
      const longAgo = { failingSince: "2026-11-20T06:00:00.000Z" };
      const settleOne = async (attempt: Attempt) => {
        const delivery = await store.claim("lease", AT, LATER);
        if (delivery !== null) await store.settle(delivery, "lease", attempt);
      };
      const disabled = async (id: string) => (await store.get(id))?.disabledBecause;
      await store.tell("a", toldAt(AT));
      await store.tell("a", toldAt(AT));
      await settleOne(gone);
      expect(await disabled("a")).toBe("gone");
      expect((await listed("a")).map(({ state, nextAttemptAt }) => [state, nextAttemptAt])).toEqual([
        ["failed", null],
        ["failed", null],
      ]);
      expect(await store.tell("a", toldAt(AT))).toBeNull();
      await store.resend((await listed("a"))[0]?.deliveryId ?? "", AT);
      expect(await store.claim("lease", LATER, DAYS_LATER)).toBeNull();

      // It fails for the first time, and then it has failed for long enough.
      for (const failingSince of [longAgo, { failingSince: AT }]) {
        expect(await disabled("b")).toBeNull();
        await store.tell("b", toldAt(AT));
        await settleOne(anAttempt({ state: "failed", status: 500, disable: failingSince }));
      }
      expect(await disabled("b")).toBe("failing");

      await store.change("a", { enabled: true, disabledBecause: null });
      await store.tell("a", toldAt(AT));
      await store.change("a", { enabled: false, disabledBecause: "by-hand" });
      expect((await listed("a")).map(({ state }) => state)).toEqual(["failed", "failed", "failed"]);
      expect(await store.nextDue()).toBeNull();
    });
  });

  test(`${name}: deliveries are listed by pages from the newest on, and old ones go`, async () => {
    await withWebhooks([aWebhook("a")], async (store) => {
      for (const at of [AT, AT, LATER]) await store.tell("a", toldAt(at));
      const all = await listed("a");
      expect(all.map(({ createdAt }) => createdAt)).toEqual([LATER, AT, AT]);
      const second = all[1];
      const after = { createdAt: AT, id: second?.deliveryId ?? "" };
      expect(await store.deliveries("a", { after, limit: 5 })).toEqual(all.slice(2));
      await store.removeOld(LATER);
      expect(await listed("a")).toEqual(all.slice(0, 1));
    });
  });
}
