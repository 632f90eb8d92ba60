/** `ikefrag backup`: a copy of a data directory, made while the service runs on it. */
import process from "node:process";
import { ExitCode } from "../agent/exit-code.ts";
import { backUp } from "../api/store/backup.ts";

/**
 * Copies, and says what the copy has.
 *
 * @returns the exit code: 0 when all was copied, 1 when objects were lost before, 2 when it could not be done
 */
export async function backup(dataDir: string, into: string): Promise<number> {
  const isInBucket = (process.env.IKEFRAG_S3_BUCKET ?? "") !== "";
  try {
    const { reports, objects, lost } = await backUp(dataDir, into, !isInBucket);
    process.stdout.write(
      `${into} has ${reports} reports and ${objects} objects. Start from it: ikefrag serve --data ${into}\n`,
    );
    if (isInBucket)
      process.stderr.write("The objects are in the bucket of IKEFRAG_S3_BUCKET: back that up beside it.\n");
    if (lost.length === 0) return ExitCode.HEALTHY;
    process.stderr.write(
      `${lost.length} objects were lost before, among them ${lost.slice(0, 3).join(", ")}\n`,
    );
    return ExitCode.PROBLEM;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(
      message.startsWith("Cannot ") ? `${message}\n` : `Cannot back up ${dataDir}: ${message}\n`,
    );
    return ExitCode.USAGE;
  }
}
