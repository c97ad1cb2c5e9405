/** Where the account is, and what there is in it, as far as a caller's rights depend on that. */
export interface Account {
  place: Place;
  /** By its name, or by that of one of its instances. */
  autoScalingGroup(named: { name: string; instanceId: string }): GroupIdentity | undefined;
  /** The attribute by which a table, or an index of it, finds its items. */
  partitionKey(table: string, index: string | undefined): string | undefined;
}

export interface Place {
  region: string;
  accountId: string;
}

/** An Auto Scaling group as IAM knows it. */
export interface GroupIdentity {
  name: string;
  arn: string;
  tags: Readonly<Record<string, string>>;
}

/** An ARN in the account's region. */
export function arnOf({ region, accountId }: Place, service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}
