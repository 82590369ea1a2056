import { errors } from 'jose';
import {
  INVALID_RESPONSE,
  JWT_CLAIM_COMPARISON,
  JWT_TIMESTAMP_CHECK,
  OperationProcessingError,
  ResponseBodyError,
} from 'oauth4webapi';
import { GatewayError } from '../../../errors.ts';
import { isObject } from '../../../lib/own.ts';
import { CredentialRefused, unavailable } from '../../scheme.ts';

/**
 * What a failed exchange means: a refusal where the provider, or what it signed, says that this is
 * nobody to let in; else nobody can tell. A `GatewayError` already says which.
 */
export function failureOf(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown;
  const reason = reasonOf(thrown);
  if (reason === undefined) {
    return unavailable('The provider of logins cannot be asked at the moment', thrown);
  }
  return new CredentialRefused(reason, 'The login failed', { cause: thrown });
}

function reasonOf(thrown: unknown): string | undefined {
  if (thrown instanceof ResponseBodyError) {
    return thrown.error === 'invalid_grant' ? thrown.error : undefined;
  }
  if (thrown instanceof OperationProcessingError) {
    const { code, cause } = thrown;
    const isWrong = code === JWT_CLAIM_COMPARISON || code === JWT_TIMESTAMP_CHECK;
    // It is of what a token says, not of the answer that it came with.
    const isOfToken = isObject(cause) && ('claims' in cause || 'header' in cause);
    return isWrong || (code === INVALID_RESPONSE && isOfToken) ? code : undefined;
  }
  return thrown instanceof errors.JOSEError ? thrown.code : undefined;
}
