import sparticuz from '@sparticuz/chromium';
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const debianChromium = '/usr/bin/chromium';

/** The browser of this machine, else the one that comes from npm. */
async function executable(): Promise<string> {
  const given = process.env.CHROME_PATH;
  if (given) return given;
  return existsSync(debianChromium) ? debianChromium : sparticuz.executablePath();
}

export const launchBrowser = async (): Promise<Browser> =>
  chromium.launch({
    executablePath: await executable(),
    // A container has no user namespaces for Chromium's sandbox; the pages are our own.
    args: ['--no-sandbox', '--disable-gpu', '--headless=shell'],
  });
