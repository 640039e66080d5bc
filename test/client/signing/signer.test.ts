import { expect, test } from 'vitest';
import { signing } from '../../../client/messages/en/signing.ts';
import { Signer } from '../../../client/signing/signer.svelte.ts';
import { ApiError } from '../../../client/wire/api.ts';

const refusedWith = async (error: ApiError): Promise<Signer<never>> => {
  const signer = new Signer<never>(async () => {
    throw error;
  });
  await signer.sign('a note', '', () => null);
  return signer;
};

test('a conflict is told as the service tells it: what has changed, and by whom', async () => {
  const signer = await refusedWith(new ApiError('conflict', 409, 'Sunniva Bello changed it at 09:00.'));
  expect(signing.why(signer.failure!, signer.detail)).toBe(
    'Nothing was signed. Sunniva Bello changed it at 09:00.',
  );
});

test('a conflict of which the service says no more, and any other failure, has words of its own', async () => {
  const bare = await refusedWith(new ApiError('conflict', 409));
  expect(signing.why(bare.failure!, bare.detail)).toBe(signing.failed.conflict);
  const lost = await refusedWith(new ApiError('unreachable', 0));
  expect(signing.why(lost.failure!, lost.detail)).toBe(signing.failed.unreachable);
});

test('what was said of one try is gone with the next', async () => {
  let refusals = 1;
  const signer = new Signer<string>(async () => {
    if (refusals-- > 0) throw new ApiError('conflict', 409, 'Somebody changed it.');
    return 'signed';
  });
  await signer.sign('a note', '', () => null);
  expect(await signer.sign('a note', '', () => null)).toBe('signed');
  expect([signer.failure, signer.detail]).toEqual([null, null]);
});
