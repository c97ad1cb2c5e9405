/** The account, as far as the permissions of a caller depend on it. */
export interface Account {
  place: Place;
  /** Finds a group by its name or by one of its instances. */
  autoScalingGroup(named: { name: string; instanceId: string }): GroupIdentity | undefined;
  /** The partition key of a table or of one of its indexes. */
  partitionKey(table: string, index: string | undefined): string | undefined;
}

export interface Place {
  region: string;
  accountId: string;
}

/** The name, ARN and tags by which IAM policies refer to a group. */
export interface GroupIdentity {
  name: string;
  arn: string;
  tags: Readonly<Record<string, string>>;
}

/** An ARN in the account's region. */
export function arnOf({ region, accountId }: Place, service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}
