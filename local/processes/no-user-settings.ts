import { devNull } from "node:os";

/** Keeps the AWS SDK from the settings of whoever started the laptop cloud: on AWS there are none. */
export const noUserSettings = { AWS_CONFIG_FILE: devNull, AWS_SHARED_CREDENTIALS_FILE: devNull };
