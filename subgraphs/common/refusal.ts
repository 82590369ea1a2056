import { GraphQLError } from 'graphql';

/** What a service answers to a request that makes no sense to it; clients tell them by `code`. */
export function refusal(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } });
}

/** Refuses what is not a whole number from `least` to `most`. */
export function checkWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw refusal('BAD_USER_INPUT', `${name} must be from ${least} to ${most}`);
}

/** Refuses text that is blank, or longer than `mostCharacters`. */
export function checkText(name: string, value: string, mostCharacters: number): void {
  if (value.trim() !== '' && value.length <= mostCharacters) return;
  throw refusal('BAD_USER_INPUT', `${name} must have 1 to ${mostCharacters} characters`);
}
