import * as z from "zod";

const text = z.string().min(1);

/** The conditions of SNS's filter policies that make sense for these attributes. An event must meet one of each attribute's. */
const conditionSchema = z.union([
  text,
  z.strictObject({ prefix: text }),
  z.strictObject({ suffix: text }),
  z.strictObject({ "anything-but": z.union([text, z.array(text).min(1), z.strictObject({ prefix: text })]) }),
]);

export type FilterCondition = z.infer<typeof conditionSchema>;

const attributeSchema = z.array(conditionSchema).min(1).optional();

/** https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html */
export const filterPolicySchema = z.strictObject({
  type: attributeSchema,
  state: attributeSchema,
  owner: attributeSchema,
});

export type FilterPolicy = z.infer<typeof filterPolicySchema>;

/** AWS requires https. The laptop cloud delivers to addresses on 127.0.0.1 only. */
const endpointUrl = /^(https:\/\/[^\s/?#@]+|http:\/\/127\.0\.0\.1(:\d+)?)(\/\S*)?$/;

/** A subscriber of the events topic: an e-mail address, an HTTPS endpoint or a queue. */
export const subscriberSchema = z
  .strictObject({
    email: z
      .string()
      .regex(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, "expected an e-mail address")
      .optional(),
    https: z.string().regex(endpointUrl, "expected an https URL").optional(),
    queue: z
      .string()
      .regex(/^arn:aws:sqs:[a-z0-9-]+:\d{12}:[\w-]{1,75}([\w-]{1,5}|\.fifo)?$/, "expected the ARN of a queue")
      .optional(),
    filter: filterPolicySchema.optional(),
  })
  .refine(
    ({ email, https, queue }) => [email, https, queue].filter((one) => one !== undefined).length === 1,
    "expected exactly one of email, https and queue",
  );

export type Subscriber = z.infer<typeof subscriberSchema>;
