import type { SchemaObject } from 'ajv';
import {
  closed,
  flag,
  integer,
  listOf,
  open,
  Schemas,
  text,
  textOrNull,
  time,
  uri,
} from '../../http/schema.ts';

const user = open({
  login: text,
  id: integer,
  node_id: text,
  type: { type: 'string', enum: ['Bot', 'User'] },
  html_url: uri,
});

const comment = open({
  id: integer,
  node_id: text,
  url: uri,
  html_url: uri,
  issue_url: uri,
  body: text,
  user,
  created_at: time,
  updated_at: time,
});

const repositoryOrNull: SchemaObject = {
  type: ['object', 'null'],
  properties: { full_name: text, fork: flag },
  required: ['full_name', 'fork'],
};

const branch = open({
  name: text,
  commit: open({ sha: text, node_id: text, url: uri }),
  protected: flag,
});

const pullBranch = open({ label: text, ref: text, sha: text, user, repo: repositoryOrNull });

const pullInList = open({
  number: integer,
  state: { type: 'string', enum: ['open', 'closed'] },
  locked: flag,
  title: text,
  user,
  merge_commit_sha: textOrNull,
  merged_at: textOrNull,
  head: pullBranch,
  base: pullBranch,
  html_url: uri,
});

const objectId: SchemaObject = { type: 'string', pattern: '^([0-9a-f]{40}|[0-9a-f]{64})$' };

const tree = open({
  sha: objectId,
  url: uri,
  truncated: flag,
  tree: listOf(
    closed(
      {
        path: text,
        mode: { type: 'string', enum: ['100644', '100755', '040000', '160000', '120000'] },
        type: { type: 'string', enum: ['blob', 'tree', 'commit'] },
        sha: objectId,
        size: integer,
        url: uri,
      },
      ['size', 'url'],
    ),
  ),
});

const blob = open({
  sha: objectId,
  node_id: text,
  size: integer,
  url: uri,
  content: text,
  encoding: { type: 'string', enum: ['base64'] },
});

const all = {
  blob,
  user,
  branch,
  comment,
  tree,
  comments: listOf(comment),
  pull: {
    ...pullInList,
    required: [...(pullInList['required'] as string[])],
    allOf: [open({ merged: flag })],
  },
  pulls: listOf(pullInList),
  error: open({ message: text, documentation_url: text, status: text }),
  /** The request body of a comment. Other members are an error of the client. */
  'comment-body': closed({ body: text }),
  'graphql-query': open({ query: text }),
};

export type SchemaName = keyof typeof all;

let compiled: Schemas<SchemaName> | undefined;

/** Compiled on first use, once per process. */
export function schemas(): Schemas<SchemaName> {
  compiled ??= new Schemas<SchemaName>(all);
  return compiled;
}
