/** What a function is called by: its name or its ARN, with a qualifier (an alias, a version) or without. */

export function partsOfName(given: string): { readonly name: string; readonly qualifier: string | undefined } {
  const [name = '', qualifier] = given.replace(/^arn:.*:function:/, '').split(':');
  return { name, qualifier };
}

export const arnOf = (name: string, qualifier?: string): string =>
  `arn:aws:lambda:eu-central-1:000000000000:function:${name}${qualifier === undefined ? '' : `:${qualifier}`}`;
