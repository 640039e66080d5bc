/** Esc leaves a form without saving; a menu inside it takes its own Esc first. */
export const onEscape =
  (leave: () => void) =>
  (form: HTMLElement): (() => void) => {
    const key = (event: KeyboardEvent): void => {
      if (event.key === 'Escape' && !event.defaultPrevented) leave();
    };
    form.addEventListener('keydown', key);
    return () => form.removeEventListener('keydown', key);
  };
