/** Links to a section of docs/troubleshooting.md and to the dashboard. */

/** The address where there is one, else the path in the repository. */
export const guideAt = (heading: string, docsUrl: string | undefined): string =>
  docsUrl === undefined ? `docs/troubleshooting.md, "${heading}"` : `${guideAddress(heading, docsUrl)} ("${heading}")`;

export const guideAddress = (heading: string, docsUrl: string): string =>
  `${docsUrl}/troubleshooting.md#${anchorOf(heading)}`;

/** The anchor that GitHub gives a heading, and most other viewers of Markdown. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');

/** Dashboards are one list for all regions of an account (Amazon CloudWatch, "Using dashboards"). */
export const dashboardName = (stack: string, region: string): string => `${stack}-${region}`;

/** `region` may be a token of CloudFormation. */
export const dashboardUrl = (region: string, stack: string): string =>
  `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboardName(stack, region)}`;
