-- Texts that git does not know to be UTF-8 are kept byte for byte: as BLOB where they are not UTF-8, hence ANY.

CREATE TABLE IF NOT EXISTS people (
	id    INTEGER PRIMARY KEY,
	email ANY, -- in lower case; NULL: known by name only
	name  ANY NOT NULL
) STRICT;

CREATE UNIQUE INDEX IF NOT EXISTS people_email ON people (email) WHERE email IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS people_name ON people (name) WHERE email IS NULL;

CREATE TABLE IF NOT EXISTS commits (
	id           INTEGER PRIMARY KEY,
	hash         TEXT NOT NULL UNIQUE,
	author_id    INTEGER NOT NULL REFERENCES people (id),
	committer_id INTEGER NOT NULL REFERENCES people (id),
	authored_at  INTEGER NOT NULL, -- seconds since 1970
	committed_at INTEGER NOT NULL,
	subject      ANY NOT NULL
) STRICT;

CREATE INDEX IF NOT EXISTS commits_author ON commits (author_id, authored_at);
CREATE INDEX IF NOT EXISTS commits_committer ON commits (committer_id);
CREATE INDEX IF NOT EXISTS commits_committed_at ON commits (committed_at);

-- No foreign key on parent: where a shallow clone ends, it is a commit that nobody here has.
CREATE TABLE IF NOT EXISTS parents (
	commit_id INTEGER NOT NULL REFERENCES commits (id) ON DELETE CASCADE,
	position  INTEGER NOT NULL,
	parent    TEXT NOT NULL,
	PRIMARY KEY (commit_id, position)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS parents_parent ON parents (parent);

CREATE TABLE IF NOT EXISTS files (
	commit_id  INTEGER NOT NULL REFERENCES commits (id) ON DELETE CASCADE,
	path       ANY NOT NULL,
	status     TEXT NOT NULL CHECK (status IN ('A', 'C', 'D', 'M', 'R', 'T')), -- added copied deleted modified renamed, type changed
	old_path   ANY,     -- of a rename or copy
	similarity INTEGER, -- of a rename or copy, in percent
	additions  INTEGER, -- lines; NULL in a binary file
	deletions  INTEGER,
	PRIMARY KEY (commit_id, path)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS files_path ON files (path);

-- How far each repository has been loaded.
CREATE TABLE IF NOT EXISTS sources (
	location TEXT PRIMARY KEY,
	head     TEXT NOT NULL,
	shallow  TEXT NOT NULL
) STRICT;
