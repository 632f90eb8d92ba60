/**
 * What the package has in the place of `@aws-sdk/credential-provider-node`, which looks for credentials in
 * files, in other programs and on the cloud's own network. ikefrag is told its credentials, and what asks
 * nobody need not be handed on.
 */
export const defaultProvider = () => async (): Promise<never> => {
  throw new Error("Cannot look for credentials: ikefrag is told them");
};
