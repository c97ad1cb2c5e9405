import { randomBytes } from "node:crypto";

/** The principal of a set of keys: a role, and the function or task that uses it. */
export interface Caller {
  /** A user's ARN if it is one. */
  roleArn: string;
  /** Such as `function/api-submit-1a2b3c4` or `task/0123…`. */
  holder: string;
}

export interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** A user's keys, which have no session token and do not expire. */
export type UserKeys = Omit<Keys, "sessionToken">;

/** Issues keys for roles and users, and finds the principal of a key. */
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

/** The keys as environment variables of the AWS SDK. */
export function keysAsEnvironment(keys: Keys): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
    AWS_SESSION_TOKEN: keys.sessionToken,
  };
}
