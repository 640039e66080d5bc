import { searchParameters } from '../records/search/definitions.ts';
import { resourceTypes } from './resourceTypes.ts';
import { modifiersOf } from './search/atoms.ts';
import { heldProfiles } from './validate/definitions.ts';
import { writableTypes } from './writeAccess.ts';

const definition = (name: string): string => `http://hl7.org/fhir/OperationDefinition/${name}`;

/** FHIR Bulk Data Access, 2.0. */
const bulk = (name: string): string => `http://hl7.org/fhir/uv/bulkdata/OperationDefinition/${name}`;

const interactions = [
  'read',
  'vread',
  'update',
  'patch',
  'delete',
  'history-instance',
  'history-type',
  'create',
  'search-type',
].map((code) => ({ code }));

/** What this service can do, from what its code holds. */
export const capabilityStatement = (base: string, at: Date): object => ({
  resourceType: 'CapabilityStatement',
  status: 'active',
  date: at.toISOString(),
  publisher: 'Cochart',
  kind: 'instance',
  software: { name: 'Cochart' },
  implementation: { description: 'Cochart', url: base },
  fhirVersion: '4.0.1',
  format: ['application/fhir+json', 'json'],
  patchFormat: ['application/json-patch+json'],
  rest: [
    {
      mode: 'server',
      security: {
        cors: false,
        description:
          'A session of this service: its cookie. Reading and writing follow the same rules as the screens, role by ' +
          'role and site by site; what may not be seen is answered as what does not exist.',
      },
      resource: [...resourceTypes].sort().map(resourceCapability),
      interaction: ['transaction', 'batch', 'history-system', 'search-system'].map((code) => ({ code })),
      operation: [{ name: 'export', definition: bulk('export') }],
      searchParam: [
        { name: '_id', type: 'token' },
        { name: '_lastUpdated', type: 'date' },
        { name: '_list', type: 'special', documentation: 'The id of a List; no functional lists.' },
      ],
    },
  ],
});

const resourceCapability = (type: string): object => {
  const profiles = heldProfiles(type);
  return {
    type,
    ...(profiles.length === 0 ? {} : { supportedProfile: profiles }),
    ...(writableTypes.has(type)
      ? {}
      : { documentation: 'Written by acts of the service, and by those who bring records over.' }),
    interaction: interactions,
    versioning: 'versioned-update',
    readHistory: true,
    updateCreate: true,
    conditionalCreate: true,
    conditionalRead: 'full-support',
    conditionalUpdate: true,
    conditionalDelete: 'single',
    referencePolicy: ['literal', 'logical', 'enforced', 'local'],
    searchParam: [...searchParameters(type).values()].map((parameter) => ({
      name: parameter.code,
      type: parameter.kind,
      documentation: `Modifiers: ${['missing', ...modifiersOf(type, parameter)].filter(Boolean).join(', ')}.`,
    })),
    operation: [
      { name: 'validate', definition: definition('Resource-validate') },
      ...(type === 'Patient' || type === 'Encounter'
        ? [{ name: 'everything', definition: definition(`${type}-everything`) }]
        : []),
      ...(type === 'Patient' ? [{ name: 'export', definition: bulk('patient-export') }] : []),
    ],
  };
};
