/** Wrangler bundles the agents as text (`rules` in infra/wrangler.jsonc). */
declare module "*/agent.mjs" {
  const text: string;
  export default text;
}
declare module "*/agent.ps1" {
  const text: string;
  export default text;
}
