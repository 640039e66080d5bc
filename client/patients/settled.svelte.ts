const pauseMs = 160;

/** A value that follows another once typing has paused. */
export class Settled {
  value = $state('');

  constructor(read: () => string) {
    $effect(() => {
      const next = read();
      if (next === this.value) return;
      const timer = setTimeout(() => {
        this.value = next;
      }, pauseMs);
      return () => clearTimeout(timer);
    });
  }
}
