import { MemoryStores } from '../../src/auth/sessions/memory-stores.ts';
import { answerCalls } from '../../src/cli/workers/answer-calls.ts';
import type { PrimaryCalls } from '../../src/cli/workers/calls.ts';

// What a test asks for sessions, as a worker asks the process that has started it.

const stores = new MemoryStores(Date.now);
answerCalls<PrimaryCalls>(process, { sessions: (question) => stores.answer(question) });
