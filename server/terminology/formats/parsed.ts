import { BadRelease } from '../release.ts';

const lineAt = (text: string, position: number): number => text.slice(0, position).split('\n').length;

/** JSON or XML as the object that FHIR's JSON form would be. @throws BadRelease, with the line where it can be told */
export async function parsed(path: string, text: string): Promise<unknown> {
  if (text.trimStart().startsWith('<')) return fromXml(path, text);
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    const place = position === undefined ? path : `${path}:${lineAt(text, Number(position))}`;
    throw new BadRelease(place, 'this is no JSON.');
  }
}

async function fromXml(path: string, text: string): Promise<unknown> {
  // Loaded only for XML: it brings the whole of FHIR's definitions along.
  const { Fhir } = await import('fhir');
  try {
    return new Fhir().xmlToObj(text) as unknown;
  } catch (error) {
    const line = /Line: *(\d+)/i.exec(error instanceof Error ? error.message : '')?.[1];
    throw new BadRelease(line === undefined ? path : `${path}:${Number(line) + 1}`, 'this is no FHIR XML.');
  }
}
