/** How files of public repositories open, in other words, and what becomes their description. */
import { describe, expect, test } from '@jest/globals';
import { judgeRego } from '../../../src/repository/inspect-rego.ts';
import { describeSentinel } from '../../../src/repository/languages/description/description.ts';
import { NOTHING_AROUND } from '../../../src/repository/languages/rego/foreign.ts';
import { readRego } from '../../../src/repository/languages/rego/rego.ts';

const commented = (mark: string, text: string) =>
  text
    .split('\n')
    .map((line) => `${mark} ${line}`.trimEnd())
    .join('\n');
const block = (text: string) => `/*\n${text}\n*/`;
const starred = (text: string) => `/*\n${commented(' *', text)}\n */`;
const boxed = (text: string) =>
  text
    .split('\n')
    .map((line) => `/* ${line.padEnd(76)} */`)
    .join('\n');

/** Excerpts as they stand at the top of files, long lines wrapped as people wrap them. */
const LICENCES = {
  Apache: `Copyright 2024 Acme LLC

Licensed under the Apache License, Version 2.0 (the "License");
you may not use this file except in compliance with the License.
You may obtain a copy of the License at

     http://www.apache.org/licenses/LICENSE-2.0

Unless required by applicable law or agreed to in writing, software
distributed under the License is distributed on an "AS IS" BASIS,
WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
See the License for the specific language governing permissions and
limitations under the License.`,
  'Apache of the foundation': `Licensed to the Acme Foundation under one
or more contributor license agreements.  See the NOTICE file
distributed with this work for additional information.`,
  'Apache in full': `                              Apache License
                        Version 2.0, January 2004
                     http://www.apache.org/licenses/

TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION

1. Definitions.

"License" shall mean the terms and conditions for use.`,
  MIT: `MIT License

Copyright (c) 2024 Jane Doe

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software, to deal in the Software without restriction.

The above copyright notice and this permission notice shall be included.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND.`,
  BSD: `Copyright (c) 2024, Jane Doe
All rights reserved.

Redistribution and use in source and binary forms, with or without
modification, are permitted provided that conditions are met.

1. Redistributions of source code must retain the above notice.`,
  'BSD in short': `Copyright 2024 The Acme Authors. All rights reserved.
Use of this source code is governed by a BSD-style
license that can be found in the LICENSE file.`,
  ISC: `ISC License

Copyright Acme

Permission to use, copy, modify, and/or distribute this software for any
purpose with or without fee is granted.

IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY DAMAGES.`,
  MPL: `This Source Code Form is subject to the terms of the Mozilla Public
License, v. 2.0. If a copy of the MPL was not distributed with this
file, You can obtain one at https://mozilla.org/MPL/2.0/.`,
  GPL: `Acme policies: rules for clouds
Copyright (C) 2024  Jane Doe

This program is free software: you can redistribute it and/or modify
it under the terms of the GNU General Public License.

You should have received a copy of the GNU General Public License
along with this program.  If not, see <https://www.gnu.org/licenses/>.`,
  LGPL: `This library is free software; you can redistribute it and/or
modify it under the terms of the GNU Lesser General Public License.`,
  AGPL: `GNU AFFERO GENERAL PUBLIC LICENSE
Version 3, 19 November 2007

Everyone is permitted to copy and distribute verbatim copies
of this license document.

Preamble`,
  EUPL: `Licensed under the EUPL, Version 1.2 or – as soon they
will be approved by the European Commission – later ones.

You may not use this work except in compliance with the Licence.`,
  'EUPL in full': `EUROPEAN UNION PUBLIC LICENCE v. 1.2
EUPL © the European Union 2007, 2016

This European Union Public Licence applies to the Work which is
provided under the terms of this Licence.`,
  'EUPL in German': `Lizenziert unter der EUPL, Version 1.2 oder später.

Der Text steht in der Datei LICENCE.`,
  zlib: `This software is provided 'as-is', without any express or implied
warranty.

In no event will the authors be held liable for damages.`,
  'Creative Commons': `This work is licensed under a Creative Commons Attribution 4.0
International License.`,
  'No licence': `Licensed Materials - Property of Acme
(C) Copyright Acme Corp. 2020. All Rights Reserved.
US Government Users Restricted Rights - Use restricted by GSA ADP Schedule Contract.`,
  Unlicense: `This is free and unencumbered software released into the public domain.

Anyone is free to copy, modify, publish, use, compile or sell it.

For more information, please refer to <https://unlicense.org>`,
  BUSL: `Business Source License 1.1

Licensor: Acme, Inc.
Licensed Work: Acme policies 2.0 or later.
Additional Use Grant: None

Terms`,
  CC0: `CC0 1.0 Universal

To the extent possible under law, Jane Doe has waived all rights to this work.

https://creativecommons.org/publicdomain/zero/1.0/`,
  'a notice of nobody': `Copyright Acme GmbH

Unauthorized copying of this file, via any medium, is prohibited.

Written for Acme only.`,
};

const IMPORT = 'import "tfplan/v2" as tfplan\n';
const PATH = 'policies/aws/limit-cost.sentinel';

describe('licences are skipped whole', () => {
  describe.each(Object.entries(LICENCES))('%s', (_, licence) => {
    test.each([
      ['#', commented('#', licence)],
      ['//', commented('//', licence)],
      ['a block', block(licence)],
      ['a block with stars', starred(licence)],
      ['blocks of a line each', boxed(licence)],
    ])('%s', (_form, comment) => {
      expect(describeSentinel(`${comment}\n\n${IMPORT}`, PATH)).toBeUndefined();
      expect(describeSentinel(`${comment}\n\n# Limits cost.\n\n${IMPORT}`, PATH)).toBe('Limits cost.');
      expect(describeSentinel(`${comment.replace(/\n/g, '\r\n')}\r\n\r\n// Limits cost.\r\n`, PATH)).toBe(
        'Limits cost.',
      );
      expect(describeSentinel(`# Limits cost.\n\n${comment}\n\n${IMPORT}`, PATH)).toBe('Limits cost.');
    });
  });
});

describe('Sentinel', () => {
  test.each<[string, string, string | undefined]>([
    // Ownership, line by line
    [
      'the company and the identifier',
      '# Copyright Acme Corp. 2025\n# SPDX-License-Identifier: BUSL-1.1',
      undefined,
    ],
    [
      'the policy between its owner and its imports',
      `# Requires flow logs\n# on VPCs.\n\n# Copyright (c) Acme, Inc.\n# SPDX-License-Identifier: MPL-2.0\n\n# Imports\n\n${IMPORT}`,
      'Requires flow logs on VPCs.',
    ],
    [
      'another form of comment below',
      '// Returns no report.\n# Copyright Acme 2025\n\nx = 1',
      'Returns no report.',
    ],
    [
      'the name of a licence',
      '# The MIT License (MIT)\n# Copyright © Jane Doe\n#\n# Limits cost.',
      'Limits cost.',
    ],
    [
      'where the licence is',
      '# See the LICENSE file in the root.\n# License: Apache-2.0\n\n# Limits cost.',
      'Limits cost.',
    ],
    [
      'a grant in one line',
      '// Copyright Acme. Licensed under the MIT license.\n\n// Limits cost.',
      'Limits cost.',
    ],
    ['a grant and what touches it', '# Released under the MIT license.\n# Limits cost.', undefined],
    [
      'a confidential file',
      '# Acme Inc. Proprietary and confidential.\n# All Rights Reserved\n# Limits cost.',
      'Limits cost.',
    ],
    // What speaks of licences, owners and dates
    [
      'a tag',
      '# Checks that every module has an Apache licence tag.',
      'Checks that every module has an Apache licence tag.',
    ],
    [
      'a tag, wrapped',
      '# Checks that each module has an Apache\n# licence tag.',
      'Checks that each module has an Apache licence tag.',
    ],
    [
      'a ban',
      '# Denies images that are\n# licensed under the GPL.',
      'Denies images that are licensed under the GPL.',
    ],
    [
      'a setting',
      '# License type must be BYOL, as this policy is meant for licences we own.',
      'License type must be BYOL, as this policy is meant for licences we own.',
    ],
    ['a duty', '# Copyright tags are required.', 'Copyright tags are required.'],
    [
      'a sentence on owners',
      '# Owners of buckets have to be tagged.',
      'Owners of buckets have to be tagged.',
    ],
    [
      'a sentence on authorship',
      '# Created by Terraform or not, buckets are private.',
      'Created by Terraform or not, buckets are private.',
    ],
    [
      'a sentence that ends with a year',
      '# Images may not be older than\n# 2024.',
      'Images may not be older than 2024.',
    ],
    ['a sentence on a year', '# 2024 instance types only.', '2024 instance types only.'],
    // Imports
    ['a comment of an import', `# Mock data\n${IMPORT}`, undefined],
    ['a heading of the imports', `# Limits cost.\n\n##### Imports #####\n${IMPORT}`, 'Limits cost.'],
    ['a heading of the imports, alone', `##### Imports #####\n\n${IMPORT}`, undefined],
    ['a policy that touches its imports', `# Limits cost.\n#\n# More.\n${IMPORT}`, undefined],
    [
      'another form above the one that touches',
      `// Limits cost.\n# Standard library\n${IMPORT}`,
      'Limits cost.',
    ],
    ['a block before an import', `/* Limits cost. */ ${IMPORT}`, undefined],
    ['what touches something else', '# Limits cost.\nparam limit default 100', 'Limits cost.'],
    ['a name that begins like it', '# Limits cost.\nimports = []', 'Limits cost.'],
    // The file's own name
    [
      'its name, then words',
      '# limit-cost\n# Keeps the monthly cost\n# below a limit.',
      'Keeps the monthly cost below a limit.',
    ],
    ['its name with the ending', '// limit-cost.sentinel\n\n// Limits cost.', 'Limits cost.'],
    ['its path, underlined', '# policies/aws/limit_cost.sentinel\n# ------------------', undefined],
    [
      'its name in a box',
      '####################\n# Limit-Cost       #\n####################\n\n# Limits cost.',
      'Limits cost.',
    ],
    ['a name with a label', '# Policy: aws-limit-cost\n# Limits cost.', 'Limits cost.'],
    ['its name in a sentence', '# limit-cost keeps the cost low.', 'limit-cost keeps the cost low.'],
    ['a title', '# Title: Costs', 'Title: Costs'],
    // Links, authors, dates
    ['a link alone', '# See https://acme.test/policies#cost.\n\n# Limits cost.', 'Limits cost.'],
    [
      'a list of links',
      '# References:\n# - https://acme.test/a\n# - [Costs](https://acme.test/b)',
      undefined,
    ],
    ['a link to more', '# Refer to https://acme.test/a for more details.', undefined],
    [
      'a link among words',
      '# Limits cost.\n# Refer to https://acme.test/a for more details.',
      'Limits cost. Refer to https://acme.test/a for more details.',
    ],
    [
      'a header of people and dates',
      '# -----------------\n# Name:    limit-cost.sentinel\n# Author:  Jane Doe <jane@acme.test>\n# Created: 2024-03-01\n# -----------------\n# Limits cost.\n# -----------------',
      'Limits cost.',
    ],
    ['tags of people and dates', starred('@author Jane\n@since 2024\n\nLimits cost.'), 'Limits cost.'],
    [
      'a byline',
      '# Written by Jane Doe and John of Acme\n# Last updated: 3 March 2024 by Jane\n\n# Limits cost.',
      'Limits cost.',
    ],
    ['a date alone', '# 01/03/2024\n\n# Limits cost.', 'Limits cost.'],
    ['the word of a generator', '// Code generated by acme. DO NOT EDIT.\n\n// Limits cost.', 'Limits cost.'],
  ])('%s', (_, source, description) => {
    expect(describeSentinel(source, PATH)).toBe(description);
  });
});

describe('Rego', () => {
  test.each<[string, string, string | undefined]>([
    ['a licence alone', `#\n${commented('#', LICENCES.Apache)}\n#\n`, undefined],
    ['a licence, then words', `${commented('#', LICENCES.Apache)}\n\n# Encrypts disks.\n`, 'Encrypts disks.'],
    ['words, then a licence', `# Encrypts disks.\n\n${commented('#', LICENCES.MIT)}\n`, 'Encrypts disks.'],
    [
      'a licence, then METADATA without words',
      `${commented('#', LICENCES.MPL)}\n\n# METADATA\n# custom: {}\n`,
      undefined,
    ],
    ['words for a linter', '# regal ignore:directory-package-mismatch\n', undefined],
    [
      'words for a linter under an owner',
      '# Copyright 2024 Acme\n\n# regal ignore:file-length\n# Encrypts disks.\n',
      'Encrypts disks.',
    ],
    ['a label and a name', '# Rego policy: kms-encrypt-disks\n', undefined],
    ['its own name', '# encrypt_disks.rego\n# Encrypts disks.\n', 'Encrypts disks.'],
    ['its query', '# data.disks.deny\n\n# Encrypts disks.\n', 'Encrypts disks.'],
    ['its query, with a label', '# Query: `data.disks["deny"]`\n', undefined],
    ['its query in a sentence', '# Asked by data.disks.deny.\n', 'Asked by data.disks.deny.'],
    ['where it comes from', '# Copied from https://github.test/acme/disks.rego\n', undefined],
    ['words that touch the package', '# Encrypts\n# disks.\n', 'Encrypts disks.'],
  ])('%s', async (_, opening, description) => {
    const rego = await readRego(`${opening}package disks\n\ndeny contains "x" if input.x\n`);
    const query = { value: 'data.disks.deny', by: 'default' } as const;
    expect(judgeRego(rego, 'opa/encrypt_disks.rego', query, NOTHING_AROUND).description).toBe(description);
  });
});
