/** Wrangler bundles the agent as text (`rules` in infra/wrangler.jsonc). */
declare module "*/agent.mjs" {
  const text: string;
  export default text;
}
