/** `/v1/settings`: what administrators decide about the service. */
import { Hono } from "hono";
import { SettingsPatch } from "../../shared/schema/settings.ts";
import { may } from "../auth/authorize.ts";
import type { Deps } from "../deps.ts";
import { validate } from "../http/body.ts";
import { MAX_SMALL_JSON_BYTES } from "../http/bounds.ts";
import type { Env } from "../http/context.ts";
import { changeServiceSettings, readServiceSettings } from "../people/service-settings.ts";

/** The routes under `/v1/settings`. */
export function settingsRoutes(deps: Deps) {
  return new Hono<Env>()
    .get("/", may("staff"), async (c) => c.json(await readServiceSettings(deps)))
    .patch("/", may("admin"), validate("json", SettingsPatch, MAX_SMALL_JSON_BYTES), async (c) =>
      c.json(await changeServiceSettings(deps, c, c.req.valid("json"))),
    );
}
