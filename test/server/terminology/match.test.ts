import { describe, expect, test } from 'vitest';
import { indexCatalogue } from '../../../server/terminology/match.ts';
import { starterCatalogue } from '../../../server/terminology/starter.ts';
import type { CatalogueCategory } from '../../../shared/orders/catalogue.ts';

const { search } = indexCatalogue(starterCatalogue);
const names = (q: string, category?: CatalogueCategory): string[] =>
  search({ q, category }).map((item) => item.display);

describe('what is looked for is found first', () => {
  test.each<[string, CatalogueCategory | undefined, string]>([
    ['clari', 'medication', 'clarithromycin'],
    ['FUROS', 'medication', 'furosemide'],
    ['acetaminophen', 'medication', 'paracetamol'],
    ['co-amox', 'medication', 'amoxicillin with clavulanic acid'],
    ['amoxicillin', 'medication', 'amoxicillin'],
    ['insulin asp', 'medication', 'insulin aspart'],
    ['aspart insulin', 'medication', 'insulin aspart'],
    ['11289', 'medication', 'warfarin'],
    ['crp', 'laboratory', 'C-reactive protein'],
    ['2524-7', 'laboratory', 'Lactate'],
    ['u&e', 'laboratory', 'Urea and electrolytes'],
    ['cxr', 'imaging', 'Chest film'],
    ['chest film', 'imaging', 'Chest film'],
    ['echo', 'imaging', 'Echocardiogram'],
    ['CKD 3b', 'problem', 'Chronic kidney disease stage 3b'],
    ['I48.91', 'problem', 'Atrial fibrillation'],
    ['écho', 'imaging', 'Echocardiogram'],
    ['lung', 'consult', 'Respiratory consult'],
    ['nbm', 'diet', 'Nothing by mouth'],
  ])('%s among %s', (q, category, first) => {
    expect(names(q, category)[0]).toBe(first);
  });

  test('a category keeps the others out', () => {
    expect(names('potassium', 'laboratory')).toEqual(['Potassium']);
    expect(names('potassium', 'medication')).toEqual(['potassium chloride']);
  });

  test('every word must be answered', () => {
    expect(names('insulin tablet')).toEqual([]);
    expect(names('xyz')).toEqual([]);
  });

  test('nothing asked, or only marks, is nothing answered', () => {
    expect(names('')).toEqual([]);
    expect(names(' %_* ')).toEqual([]);
  });

  test('a long answer is cut', () => {
    expect(names('c').length).toBe(20);
    expect(search({ q: 'c', limit: 3 })).toHaveLength(3);
  });
});
