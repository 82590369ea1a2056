import { z } from 'zod';
import { type ResilienceOptions, resilienceDefaults } from '../../src/resilience/options.ts';

const schema = z.strictObject(resilienceDefaults);

/** The options with these settings, as they are written in the file, and else the defaults. */
export function resilience(settings: z.input<typeof schema> = {}): ResilienceOptions {
  return schema.parse(settings);
}
