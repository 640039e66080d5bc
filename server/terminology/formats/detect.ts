import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { BadRelease, type ReadOptions, type Release } from '../release.ts';
import { readFhir } from './fhir.ts';
import { isOrderFileLine, readIcd10 } from './icd10.ts';
import { firstWords, plainName } from './lines.ts';
import { readRxnorm, rxnormFiles } from './rxnorm.ts';
import { isCvxLine, readCsv, readCvx, readLoinc } from './lists.ts';

/** A path in a known format: the files that decide what is in it, and how to read them. */
export interface Detected {
  files: string[];
  read(options: ReadOptions): Promise<Release[]>;
}

/** The format of a file or folder, by what is in it. @throws BadRelease when it is none that we read */
export async function detect(path: string): Promise<Detected> {
  if (statSync(path).isDirectory()) {
    const files = rxnormFiles(path);
    if (files === null) throw new BadRelease(path, 'this folder holds no RXNCONSO.RRF.');
    return {
      files: [files.conso, ...(files.rel === null ? [] : [files.rel])],
      read: (options) => Promise.resolve([readRxnorm(files, options)]),
    };
  }
  const one = (read: (path: string, options: ReadOptions) => Release): Detected => ({
    files: [path],
    read: (options) => Promise.resolve([read(path, options)]),
  });
  const many = (read: (path: string, options: ReadOptions) => Promise<Release[]>): Detected => ({
    files: [path],
    read: (options) => read(path, options),
  });
  if (/^RXNCONSO\.RRF$/i.test(plainName(path)))
    return one((conso, options) => readRxnorm({ conso, rel: null }, options));
  const first = await firstWords(path);
  if (/^\s*[{<]/.test(first)) return many(readFhir);
  if (isOrderFileLine(first)) return one(readIcd10);
  if (isCvxLine(first)) return one(readCvx);
  const columns = new Set(
    first
      .toLowerCase()
      .split(',')
      .map((name) => name.replaceAll('"', '').trim()),
  );
  if (columns.has('loinc_num')) return one(readLoinc);
  if (columns.has('code') && columns.has('display')) return many(readCsv);
  throw new BadRelease(
    path,
    `${basename(path)} is in no format that is read here: RxNorm RRF, an ICD-10-CM order file, Loinc.csv, the CVX list, ` +
      'FHIR JSON or XML, or CSV with the columns code and display.',
  );
}
