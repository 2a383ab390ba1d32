package upload_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/otelbridge/otelbridge-go/internal/spool"
	"github.com/otelbridge/otelbridge-go/internal/upload"
)

func ExampleUploader_Flush() {
	endpoint := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Printf("received %s\n", body)
	}))
	defer endpoint.Close()

	queue := spool.Open("", spool.Limits{}) // in memory
	queue.Append(spool.Record{ContentType: "application/json", Body: []byte(`{"event":"run"}`)})

	u := upload.New(upload.Config{}, upload.Target{Name: "track", Queue: queue, URL: endpoint.URL})
	defer u.Close(context.Background())
	result, err := u.Flush(context.Background())
	fmt.Println(result.Delivered, "delivered,", err)
	// Output:
	// received {"event":"run"}
	// 1 delivered, <nil>
}
