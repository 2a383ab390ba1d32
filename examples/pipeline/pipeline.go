package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"go.opentelemetry.io/otel/attribute"

	"github.com/otelbridge/otelbridge-go/anon"
	"github.com/otelbridge/otelbridge-go/examples/pipeline/history"
	"github.com/otelbridge/otelbridge-go/otelbridge"
)

// pipeline is what one run works on.
type pipeline struct {
	repo *history.Repository
	db   *history.Database
	work *history.Package
	bars bars

	now  history.State // how far the history reaches
	part history.Range // what of it is new
	news int           // commits in it
}

// open finds the repository and the database. Its errors are for a person to act on.
func open(ctx context.Context, o options, stderr *os.File) (*pipeline, error) {
	repo, err := history.OpenRepository(ctx, o.repo)
	if err != nil {
		return nil, err
	}
	path := o.db
	if path == "" {
		if path, err = defaultDatabase(); err != nil {
			return nil, err
		}
	}
	db, err := history.OpenDatabase(ctx, path)
	if err != nil {
		return nil, err
	}
	work, err := history.NewPackage("")
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &pipeline{repo: repo, db: db, work: work, bars: newBars(stderr)}, nil
}

// defaultDatabase is a file where only this user can write: in the system's folder for temporary files anybody could have put
// a link in its place.
func defaultDatabase() (string, error) {
	dir := filepath.Join(os.TempDir(), "githistory-"+strconv.Itoa(os.Getuid()))
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return "", fmt.Errorf("no folder for a database (%w): name a file with -db", err)
	}
	if at, err := os.Lstat(dir); err != nil || !at.IsDir() {
		return "", fmt.Errorf("%s is not a folder: name a file with -db", dir)
	}
	return filepath.Join(dir, "history.db"), nil
}

// close removes what lies between the steps.
func (p *pipeline) close() error { return errors.Join(p.work.Remove(), p.db.Close()) }

// run does the work inside a span, and each of its three parts inside a span of its own.
func (p *pipeline) run(ctx context.Context, bridge *otelbridge.Bridge) error {
	return bridge.Pipeline(ctx, "git-history", func(ctx context.Context) error {
		if err := otelbridge.Step(ctx, "extract", p.extract); err != nil {
			return err
		}
		if err := otelbridge.Step(ctx, "normalize", p.normalize); err != nil {
			return err
		}
		return otelbridge.Step(ctx, "load", p.load)
	}, p.attributes()...)
}

// attributes say what a run is about. The schema lets names out as keyed hashes only, the destination's kind as it is.
func (p *pipeline) attributes() []attribute.KeyValue {
	return []attribute.KeyValue{
		anon.DatasetName.String(p.repo.Name),
		anon.SchemaName.String("git_history"),
		anon.SourceType.String("git"),
		anon.DestinationName.String("sqlite"),
		anon.DestinationFingerprint.String(p.db.Path),
	}
}

func (p *pipeline) extract(ctx context.Context) error {
	if err := p.plan(ctx); err != nil {
		return err
	}
	progress, done := p.bars.start(ctx, "extract", p.total)
	defer done()
	return history.Extract(ctx, p.repo, p.part, p.work, func(commits int) {
		p.news += commits
		progress(commits)
	})
}

// plan finds out what is new.
func (p *pipeline) plan(ctx context.Context) error {
	before, err := p.db.Loaded(ctx, p.repo)
	if err != nil {
		return err
	}
	if p.now, err = p.repo.State(ctx); err != nil {
		return err
	}
	p.part, err = p.repo.Since(ctx, before, p.now)
	return err
}

func (p *pipeline) total(ctx context.Context) (int, error) { return p.repo.Count(ctx, p.part) }

func (p *pipeline) normalize(ctx context.Context) error {
	progress, done := p.bars.start(ctx, "normalize", p.extracted)
	defer done()
	return history.Normalize(ctx, p.work, progress)
}

func (p *pipeline) extracted(context.Context) (int, error) { return p.news, nil }

func (p *pipeline) load(ctx context.Context) error {
	progress, done := p.bars.start(ctx, "load", p.extracted)
	defer done()
	return history.Load(ctx, p.work, p.db, p.repo, p.now, step, progress)
}

// step makes the parts of the load spans of their own. They are not declared, so no anonymous event tells of them.
func step(ctx context.Context, name string, do func(context.Context) error) error {
	return otelbridge.Step(ctx, name, do)
}

// result is the line for stdout.
func (p *pipeline) result(ctx context.Context) (string, error) {
	all, err := p.db.Totals(ctx)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s: %d new commits; %s now holds %d commits, %d file changes, %d people",
		p.repo.Name, p.news, p.db.Path, all.Commits, all.Files, all.People), nil
}
