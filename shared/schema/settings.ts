/** What administrators decide about their service in the console, and what the settings routes give. */
import * as z from "zod";
import { LanguageTag } from "./measurement.ts";
import { GivenHost } from "./plan.ts";

/** One line, shown to strangers. */
const Line = z
  .string()
  .trim()
  .min(1)
  .max(120)
  .regex(/^\P{C}+$/u, "has control characters");
const Days = z.int().min(1).max(3_650);

/** Each by its name; `null`: it is as the environment says, or as it is by default. */
export const DecidedSettings = z.strictObject({
  /** Who asks: on the agent page, the fix card and in messages. */
  operator: Line.nullable().default(null),
  /** How users reach the operator: a telephone number, a mail address, or the address of a page. */
  contact: Line.nullable().default(null),
  /** For whoever asks for no language. */
  language: LanguageTag.nullable().default(null),
  /** The gateway that a new case is about, unless another one is given. */
  defaultGateway: GivenHost.nullable().default(null),
  reportDays: Days.nullable().default(null),
  captureDays: Days.nullable().default(null),
});
export type DecidedSettings = z.infer<typeof DecidedSettings>;

/** The name of a setting that administrators may decide. */
export type SettingName = keyof DecidedSettings;
/** All of them. */
export const SETTING_NAMES = Object.keys(DecidedSettings.shape) as readonly SettingName[];

/** What to change. What is not named stays; `null` takes a decision back. */
export const SettingsPatch = z.strictObject({
  operator: Line.nullish(),
  contact: Line.nullish(),
  language: LanguageTag.nullish(),
  defaultGateway: GivenHost.nullish(),
  reportDays: Days.nullish(),
  captureDays: Days.nullish(),
});

/** The settings that hold, and where they can be changed. */
export const SettingsInfo = z.object({
  settings: z.object({
    operator: z.string(),
    contact: z.string().nullable(),
    language: LanguageTag,
    defaultGateway: z.string().nullable(),
    reportDays: z.int(),
    captureDays: z.int(),
  }),
  /** These the environment of the service decides: nobody changes them here. */
  fixed: z.array(z.enum(["operator", "contact", "language", "defaultGateway", "reportDays", "captureDays"])),
  updatedAt: z.iso.datetime().nullable(),
  updatedBy: z.string().nullable(),
});
export type SettingsInfo = z.infer<typeof SettingsInfo>;
