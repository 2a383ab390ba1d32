package upload

import "testing"

// A target that is revoked between two requests makes no other one, without
// having failed, and what is left stays. The others go on.
func TestRevoked(t *testing.T) {
	dir := spooled(t, numbered(5)...)
	server := newReceiver(t, always(200))
	target := trackTarget(dir, server.URL)
	asked := 0
	target.Revoked = func() bool { asked++; return asked > 2 }
	u := New(Config{Dir: dir}, target)
	defer closeNow(t, u)
	result, err := flush(t, u)
	if err != nil || result.Delivered != 2 || result.More || !result.Next.IsZero() || len(server.received()) != 2 {
		t.Errorf("%+v, %v, received %q", result, err, server.received())
	}
	if left := target.Queue.Stats().Records; left != 3 {
		t.Errorf("%d records are left", left)
	}
	if again, err := flush(t, u); err != nil || again.Requests != 0 || asked != 3 {
		t.Errorf("later %+v, %v, asked %d times", again, err, asked)
	}
}
