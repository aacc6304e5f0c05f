/** Distinguishes licenses from prose that mentions licenses (docs/behavior.md#settings). */

/** Phrases that only occur in licenses. A space is any white space, including a line end. */
const SAYINGS = [
  // Apache
  'unless required by applicable law or agreed to in writing',
  'governing permissions and limitations|limitations under the licen[sc]e',
  'you may not use this \\w+ except|you may obtain a copy of the licen[sc]e',
  'under one or more (contributor )?licen[sc]e agreements',
  'terms and conditions for use, reproduction',
  // MIT, ISC
  'permission is (hereby|also) granted',
  'permission to use, copy, modify',
  // BSD
  'redistribution and use in source and binary forms',
  'redistributions (of source code|in binary form) must',
  'use of this ([\\w-]+ ){1,3}is governed by',
  'above copyright notice',
  // GPL, LGPL, AGPL, MPL, EPL
  'redistribute it and/or modify it',
  '(received|obtain) a copy of the (gnu|mozilla|eclipse|licen[sc]e)',
  'as published by the free software foundation',
  'everyone is permitted to copy and distribute verbatim copies',
  'source code form is (subject|["\'“]incompatible)',
  'the accompanying materials are made available under',
  // Unlicense, CC0
  'free and unencumbered software',
  'anyone is free to copy, modify, publish',
  'to the extent possible under law',
  // Disclaimers
  'is (provided|distributed) ["\'“]as[- ]is|on an ["“]?as is["”]? basis',
  'without (any )?(express or implied )?warrant(y|ies)|implied warrant(y|ies) of merchantability',
  'in no event (shall|will) .{0,120}be (held )?liable',
  'provided under the terms of this licen[sc]e',
  // No license
  'licen[sc]ed materials? ?[-–—:]? ?property of',
  'unauthori[sz]ed (copying|use|reproduction|distribution) of this',
];

/** Phrases that grant a license at the start of a sentence. Elsewhere, a policy may require it. */
const STATEMENTS = [
  '(dual[- ])?licen[sc]ed (under|to .{1,80} under)',
  '((re)?distributed|released|published|(made )?available|provided) under .{0,60}(licen[sc]e|\\b(mit|bsd|isc|a?l?gpl|mpl)\\b)',
  'th(is|e|ese) ([\\w-]+ ){0,4}(is|are) ((dual[- ])?licen[sc]ed|((re)?distributed|released|published|(made )?available|covered|provided|governed|subject) (under|by|to) .{0,80}licen[sc]e)',
  '(all|this) ([\\w-]+ ){0,6}(is|has been) .{0,30}(public domain|free software)',
  '(licen[cz]|lizen[sz]|sous|concess)\\w* ([\\w-]+ ){0,4}EUPL',
  '(licensor|licensed work|additional use grant|change date|change licen[sc]e):',
];

const matcher = (parts: readonly string[], flags: string): RegExp =>
  new RegExp(`\\b(?:${parts.join('|').replaceAll(' ', '\\s')})`, flags);
const SAYING = matcher(SAYINGS, 'is');
const STATEMENT = matcher(STATEMENTS, 'isy');
/** A line that starts with a capital letter starts a sentence, with a small letter it continues one. */
const SENTENCE_START = /^|(?<=[.;:!)]\s)|(?<=\n)(?=\p{Lu})/gu;

/** Whether a paragraph is the text of a license, or of a similar notice. */
export function isLicence(paragraph: readonly string[]): boolean {
  const text = paragraph.map((line) => line.trim().replace(/\s+/g, ' ')).join('\n');
  if (SAYING.test(text)) return true;
  for (const { index } of text.matchAll(SENTENCE_START)) {
    STATEMENT.lastIndex = index;
    if (STATEMENT.test(text)) return true;
  }
  return false;
}

const OWNERSHIP = [
  /^(.{0,40}©|\(c\)\s|spdx-|@(copyright|licen[sc]e)\b|licen[sc]e\s*(:|$))/i,
  /\ball rights reserved\b|\b(proprietary (and|&) confidential|confidential (and|&) proprietary)\.?$/i,
  /^(?:[Pp]lease )?(?:[Ss]ee|[Rr]efer to)\b.{0,60}\b(?:LICEN[SC]E|COPYING|NOTICE|licen[sc]e (file|text))\b/,
  /^version \d[\d.]*,? (\d+ )?\w+ \d{4}$/i,
];

/** Whether a line names an owner or a license. */
export const isOwnership = (line: string): boolean =>
  OWNERSHIP.some((pattern) => pattern.test(line)) || isCopyright(line) || isTitle(line);

/** "Copyright" with a name and year, not a sentence that starts with the word. */
function isCopyright(line: string): boolean {
  const owner = /^(?:portions )?copyright\b[\s:]*(.*)/i.exec(line)?.[1];
  if (owner === undefined) return false;
  if (/^(\(c\)|©|&copy;|by\b)|\b\d{4}\b/i.test(owner)) return true;
  return owner.split(/\s+/).every((word) => /^([^\p{Ll}]|and$|of$|the$|or$|its$)/u.test(word));
}

const NAMED =
  /^(mit|expat|bsd|isc|apache|mozilla|mpl|gnu|a?l?gpl|agpl|lgpl|eupl|european|eclipse|epl|boost|unlicense|cc0|creative|business|busl|bsl|zlib|wtfpl|sspl|elastic|artistic)(v?\d+)?$/;
const AROUND =
  /^(the|licen[sc]es?|public|general|affero|lesser|library|software|source|commons|zero|universal|union|clause|new|simplified|revised|modified|version|or|later|only|and|under|terms|of|v|v?\d+)$/;

/** Only the title of a license. */
function isTitle(line: string): boolean {
  if (line.length > 100) return false;
  const words = line.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return (
    words.some((word) => NAMED.test(word)) && words.every((word) => NAMED.test(word) || AROUND.test(word))
  );
}
