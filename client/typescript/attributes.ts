/** Attributes of a row as DynamoDB writes them: a text, or a number as text. */

export type Attribute = { readonly S?: string | undefined; readonly N?: string | undefined };
export type Attributes = Readonly<Record<string, Attribute | undefined>>;
