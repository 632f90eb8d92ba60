/** What administrators decide about the service, laid over what its environment says. */
import type { z } from "zod";
import {
  DecidedSettings,
  SETTING_NAMES,
  type SettingName,
  type SettingsInfo,
  type SettingsPatch,
} from "../../shared/schema/settings.ts";
import { note } from "../auth/audit-log.ts";
import { staffOf } from "../auth/authorize.ts";
import type { Config, Deps } from "../deps.ts";
import type { AppContext } from "../http/context.ts";
import { Problem } from "../http/problem.ts";

/** So long another instance may go on with what was decided before. */
const FRESH_MS = 30_000;

/** The settings of one instance: what held before anybody decided, and when the store was last asked. */
interface Followed {
  before: Pick<Config, SettingName>;
  askedAtMs: number;
  asking: Promise<void>;
}

const FOLLOWED = new WeakMap<Config, Followed>();

/**
 * Brings `deps.config` up to date with what administrators decided. What the environment decides stays as it
 * is. The store is asked once in 30 s.
 */
export async function followSettings(deps: Deps): Promise<void> {
  const nowMs = deps.now().getTime();
  const known = FOLLOWED.get(deps.config);
  if (known !== undefined && Math.abs(nowMs - known.askedAtMs) < FRESH_MS) return known.asking;
  const before = known?.before ?? pick(deps.config);
  const asking = deps.settings.read().then(
    (stored) => lay(deps.config, before, stored?.settings ?? DecidedSettings.parse({})),
    // A store that is away has its own errors. What held goes on, and the next request asks again. What held
    // before anybody decided stays known: the configuration no longer tells it.
    () => void FOLLOWED.set(deps.config, { before, askedAtMs: Number.NEGATIVE_INFINITY, asking }),
  );
  FOLLOWED.set(deps.config, { before, askedAtMs: nowMs, asking });
  return asking;
}

/**
 * The same at once, for what cannot be taken back: nothing is deleted by a number of days that an instance
 * started with, while administrators decided another one.
 *
 * @throws {Error} the store cannot be read
 */
export async function knowSettings(deps: Deps): Promise<void> {
  const before = FOLLOWED.get(deps.config)?.before ?? pick(deps.config);
  const stored = await deps.settings.read();
  lay(deps.config, before, stored?.settings ?? DecidedSettings.parse({}));
  FOLLOWED.set(deps.config, { before, askedAtMs: deps.now().getTime(), asking: Promise.resolve() });
}

const pick = (config: Config): Pick<Config, SettingName> => {
  const { operator, contact, language, defaultGateway, reportDays, captureDays } = config;
  return { operator, contact, language, defaultGateway, reportDays, captureDays };
};

function lay(config: Config, before: Pick<Config, SettingName>, decided: DecidedSettings): void {
  const open = SETTING_NAMES.filter((name) => !config.fixed.includes(name) && decided[name] !== null);
  Object.assign(config, before, Object.fromEntries(open.map((name) => [name, decided[name]])));
}

/** Whether nobody has used the service yet: there is no case, and nothing was decided. */
export async function isFirstRun(deps: Deps): Promise<boolean> {
  if ((await deps.settings.read()) !== null) return false;
  return (await deps.cases.list({ after: null, limit: 1 })).length === 0;
}

/** The settings that hold. */
export async function readServiceSettings(deps: Deps): Promise<SettingsInfo> {
  await followSettings(deps);
  const stored = await deps.settings.read();
  return {
    settings: pick(deps.config),
    fixed: [...deps.config.fixed],
    updatedAt: stored?.updatedAt ?? null,
    updatedBy: stored?.updatedBy ?? null,
  };
}

/**
 * Decides what is named, for this instance at once and for others within 30 s.
 *
 * @throws {Problem} `setting-fixed`: the environment decides one of them
 */
export async function changeServiceSettings(
  deps: Deps,
  c: AppContext,
  patch: z.output<typeof SettingsPatch>,
): Promise<SettingsInfo> {
  const names = SETTING_NAMES.filter((name) => patch[name] !== undefined);
  const fixed = names.filter((name) => deps.config.fixed.includes(name));
  if (fixed.length > 0) throw new Problem("setting-fixed", { params: { names: fixed.join(", ") } });
  const decided = Object.fromEntries(names.map((name) => [name, patch[name]])) as Partial<DecidedSettings>;
  await deps.settings.change(decided, deps.now().toISOString(), staffOf(c).name);
  await note(deps, c, "settings-changed", "", { names: names.join(", ") });
  await knowSettings(deps);
  return readServiceSettings(deps);
}
