import { systemClock } from "../../runtime/clock.ts";
import { createLog } from "../../runtime/log.ts";
import { type BackupChange, logBackup } from "./log-backup.ts";

const log = createLog("backup");

/** Logs a state change of a backup job. */
export const handler = async (event: BackupChange): Promise<void> => logBackup(event, systemClock.now(), log);
