/** The objects of a report in the blob store: its evidence, its diagnoses, its captures. */
import * as z from "zod";
import { Diagnosis } from "../../shared/schema/diagnosis.ts";
import { Evidence } from "../../shared/schema/evidence.ts";
import { newKey, sha256Hex } from "../auth/secrets.ts";
import type { Deps } from "../deps.ts";
import { Problem } from "../http/problem.ts";
import { newObjectKey } from "../store/object-key.ts";
import type { StoredObject } from "../store/port.ts";
import { LostObjectError } from "../store/unavailable.ts";

/** Writes a value as a new object. @param name what it is called in the index */
export async function putJson(
  deps: Deps,
  kind: "evidence" | "diagnosis" | "partial",
  name: string,
  value: unknown,
): Promise<StoredObject> {
  const of = kind === "evidence" ? "evidence" : "diagnoses";
  const key = newObjectKey(of, newKey(deps.random), deps.now());
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  await deps.blobs.put(key, bytes);
  return {
    key,
    kind,
    name,
    bytes: bytes.length,
    sha256: sha256Hex(bytes),
    createdAt: deps.now().toISOString(),
  };
}

async function getJson(deps: Deps, object: StoredObject): Promise<unknown> {
  const stream = await deps.blobs.get(object.key);
  if (stream === null) throw new LostObjectError(object.key, "it is gone");
  const text = await new Response(stream).text();
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LostObjectError(object.key, "it is damaged", { cause });
  }
}

/** Which objects a report has. */
export interface ReportObjects {
  evidence: StoredObject;
  /** Oldest first; the last one is in force. */
  diagnoses: StoredObject[];
  /** What was last found without some of the evidence; `undefined`: the diagnosis in force needs no such. */
  partial: StoredObject | undefined;
  captures: StoredObject[];
}

/**
 * Looks up which objects a report has.
 *
 * @throws {Problem} `report-not-found` when it was deleted a moment ago
 */
export const objectsOf = async (deps: Deps, reportId: string): Promise<ReportObjects> =>
  sortObjects(await deps.reports.objects(reportId));

/** Sorts the objects of a report by what they are. @throws {Problem} `report-not-found`, as `objectsOf` */
export function sortObjects(objects: readonly StoredObject[]): ReportObjects {
  const evidence = objects.find(({ kind }) => kind === "evidence");
  if (!evidence) throw new Problem("report-not-found");
  return {
    evidence,
    diagnoses: objects.filter(({ kind }) => kind === "diagnosis"),
    partial: objects.findLast(({ kind }) => kind === "partial"),
    captures: objects.filter(({ kind }) => kind === "capture"),
  };
}

/** Reads stored evidence. */
export async function readEvidence(deps: Deps, object: StoredObject): Promise<Evidence> {
  return Evidence.parse(await getJson(deps, object));
}

/** Reads a stored diagnosis. */
export async function readDiagnosis(deps: Deps, object: StoredObject): Promise<Diagnosis> {
  return Diagnosis.parse(await getJson(deps, object));
}

/** A diagnosis as it is stored: with the names of what it was made from; `null`: that is not known. */
export const KeptDiagnosis = Diagnosis.extend({ judgedFrom: z.array(z.string()).nullable().default(null) });
export type KeptDiagnosis = z.infer<typeof KeptDiagnosis>;

/** What was found without some of the evidence, and what was missing: captures and texts by their names. */
export const PartialDiagnosis = z.object({ missing: z.array(z.string()), diagnosis: Diagnosis });
export type PartialDiagnosis = z.infer<typeof PartialDiagnosis>;

/** Reads a diagnosis with what it was made from. */
export async function readKeptDiagnosis(deps: Deps, object: StoredObject): Promise<KeptDiagnosis> {
  return KeptDiagnosis.parse(await getJson(deps, object));
}

/** Reads what was found without some of the evidence. */
export async function readPartial(deps: Deps, object: StoredObject): Promise<PartialDiagnosis> {
  return PartialDiagnosis.parse(await getJson(deps, object));
}

/** Reads the diagnosis that is in force. @throws {Problem} `report-not-found` */
export async function currentDiagnosis(deps: Deps, reportId: string): Promise<Diagnosis> {
  const object = (await objectsOf(deps, reportId)).diagnoses.at(-1);
  if (!object) throw new Problem("report-not-found");
  return readDiagnosis(deps, object);
}
