import { expect, test } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { smallGateway } from './small-gateway.ts';

// Every audit passes, those of level MAY included.
for (const { id, name } of serverAudits({ url: '' })) {
  test(`audit ${id}: ${name}`, async () => {
    await using gateway = await smallGateway();
    const audit = serverAudits({ url: gateway.url }).find((each) => each.id === id);
    expect(await audit?.fn()).toEqual({ id, name, status: 'ok' });
  });
}
