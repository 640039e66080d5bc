export const themes = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof themes)[number];

const key = 'cochart.theme';
const isChoice = (value: unknown): value is ThemeChoice => themes.includes(value as ThemeChoice);

/** Light, dark or as the system says. It belongs to the device: nothing about a person is stored. */
class Theme {
  chosen = $state<ThemeChoice>('system');

  start(): void {
    const kept = localStorage.getItem(key);
    if (isChoice(kept)) this.choose(kept);
  }

  choose(choice: ThemeChoice): void {
    this.chosen = choice;
    if (choice === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = choice;
    localStorage.setItem(key, choice);
  }
}

export const theme = new Theme();
