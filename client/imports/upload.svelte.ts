import { SvelteSet } from 'svelte/reactivity';
import { ApiError, isApiError } from '../wire/api.ts';
import { sendFile } from './importsApi.ts';

/** A file on its way to the service. */
export class Upload {
  readonly name: string;
  state = $state<'waiting' | 'sending' | 'sent' | 'failed'>('waiting');
  /** Of the file, 0 to 1. */
  share = $state(0);
  refusal = $state<ApiError | null>(null);

  /** The same each time it is tried: what has arrived is not imported twice. */
  readonly #key = crypto.randomUUID();
  readonly #aborter = new AbortController();

  constructor(
    readonly file: File,
    private readonly source: string,
  ) {
    this.name = file.name;
  }

  async send(): Promise<void> {
    this.state = 'sending';
    this.refusal = null;
    try {
      await sendFile(this.file, {
        source: this.source,
        idempotencyKey: this.#key,
        signal: this.#aborter.signal,
        onProgress: (share) => (this.share = share),
      });
      this.state = 'sent';
    } catch (error) {
      this.refusal = isApiError(error) ? error : new ApiError('internal', 0);
      this.state = 'failed';
    }
  }

  /** Refuses before anything is sent. */
  refuse(refusal: ApiError): void {
    this.refusal = refusal;
    this.state = 'failed';
  }

  stop(): void {
    this.#aborter.abort();
  }
}

/** Files that were chosen, sent one after the other. They go on being sent on another screen. */
class Uploads {
  readonly all = new SvelteSet<Upload>();
  #last: Promise<void> = Promise.resolve();

  /** `mostBytes`: what the service takes of a file. `sent` is called after each that has arrived. */
  add(files: Iterable<File>, source: string, mostBytes: number, sent: () => void): void {
    for (const file of files) {
      const upload = new Upload(file, source);
      this.all.add(upload);
      if (file.size > mostBytes) upload.refuse(new ApiError('too-large', 413));
      else this.again(upload, sent);
    }
  }

  again(upload: Upload, sent: () => void): void {
    upload.state = 'waiting';
    this.#last = this.#last.then(async () => {
      if (!this.all.has(upload)) return;
      await upload.send();
      if (upload.state !== 'sent') return;
      // From here on the list of imports tells of it.
      this.all.delete(upload);
      sent();
    });
  }

  remove(upload: Upload): void {
    upload.stop();
    this.all.delete(upload);
  }
}

export const uploads = new Uploads();
