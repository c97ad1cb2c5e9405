import { randomBytes } from "node:crypto";

/** Who holds a set of keys: a role, and the process that acts in it. */
export interface Caller {
  /** Or a user's. */
  roleArn: string;
  /** Such as `function/api-submit-1a2b3c4` or `task/0123…`. */
  holder: string;
}

export interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** A user's keys, which have no session and do not end. */
export type UserKeys = Omit<Keys, "sessionToken">;

/** Gives out keys for roles and users, and knows whose they are. */
export class Credentials {
  readonly #callers = new Map<string, Caller & { keys: UserKeys & Partial<Keys> }>();

  issue(caller: Caller): Keys {
    const keys = {
      accessKeyId: `ASIA${randomBytes(8).toString("hex").toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString("base64url"),
      sessionToken: randomBytes(48).toString("base64url"),
    };
    this.#callers.set(keys.accessKeyId, { ...caller, keys });
    return keys;
  }

  issueToUser(user: Caller): UserKeys {
    const keys = {
      accessKeyId: `AKIA${randomBytes(8).toString("hex").toUpperCase()}`,
      secretAccessKey: randomBytes(30).toString("base64url"),
    };
    this.#callers.set(keys.accessKeyId, { ...user, keys });
    return keys;
  }

  callerOf(accessKeyId: string): (Caller & { keys: UserKeys & Partial<Keys> }) | undefined {
    return this.#callers.get(accessKeyId);
  }
}

/** The variables in which the SDK looks for keys, as Lambda sets them. */
export function keysAsEnvironment(keys: Keys): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_SESSION_TOKEN: keys.sessionToken,
  };
}
