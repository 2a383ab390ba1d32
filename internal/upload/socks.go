package upload

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"net/url"
	"strconv"
)

// The numbers of SOCKS5: RFC 1928, and RFC 1929 for the password. That
// golang.org/x/net/proxy has them too costs every host 53 KB, a quarter of what
// the whole package weighs.
const (
	socksPort     = "1080"
	socksVersion  = 5
	socksOpen     = 0
	socksPassword = 2
	socksConnect  = 1
	socksIPv4     = 1
	socksName     = 3
	socksIPv6     = 4
)

var errSocks = errors.New("upload: the SOCKS proxy refuses")

// socks asks a SOCKS5 proxy to connect to an address, whose name it resolves.
func socks(c net.Conn, user *url.Userinfo, to string) error {
	if err := socksGreet(c, user); err != nil {
		return err
	}
	request, err := socksRequest(to)
	if err != nil {
		return err
	}
	if _, err := c.Write(request); err != nil {
		return err
	}
	return socksAnswer(c)
}

// socksGreet offers a password, if there is one, or else to go without.
func socksGreet(c net.Conn, user *url.Userinfo) error {
	offers := []byte{socksVersion, 1, socksOpen}
	if user != nil {
		offers = []byte{socksVersion, 2, socksOpen, socksPassword}
	}
	chosen, err := ask(c, offers)
	switch {
	case err != nil:
		return err
	case chosen == socksOpen:
		return nil
	case chosen != socksPassword || user == nil:
		return errProxy
	}
	password, _ := user.Password()
	if len(user.Username()) > 255 || len(password) > 255 {
		return errProxy
	}
	word := append([]byte{1, byte(len(user.Username()))}, user.Username()...)
	word = append(append(word, byte(len(password))), password...)
	if refused, err := ask(c, word); err != nil || refused == 0 {
		return err
	}
	return errProxy
}

// ask is the second of the two bytes that answer a message.
func ask(c net.Conn, message []byte) (byte, error) {
	if _, err := c.Write(message); err != nil {
		return 0, err
	}
	var answer [2]byte
	_, err := io.ReadFull(c, answer[:])
	return answer[1], err
}

func socksRequest(to string) ([]byte, error) {
	host, port, err := net.SplitHostPort(to)
	if err != nil {
		return nil, err
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil || len(host) > 255 {
		return nil, errSocks
	}
	request := []byte{socksVersion, socksConnect, 0}
	ip, err := netip.ParseAddr(host)
	switch {
	case err != nil:
		request = append(append(request, socksName, byte(len(host))), host...)
	case ip.Is4():
		request = append(append(request, socksIPv4), ip.AsSlice()...)
	default:
		request = append(append(request, socksIPv6), ip.AsSlice()...)
	}
	return append(request, byte(number>>8), byte(number)), nil
}

// socksAnswer reads whether the connection stands, and the address that the
// proxy uses for it, which has the form of the request's.
func socksAnswer(c net.Conn) error {
	var head [5]byte // up to the length of a name
	if _, err := io.ReadFull(c, head[:]); err != nil {
		return err
	}
	if head[1] != 0 {
		return errSocks
	}
	rest := 2 // the port
	switch head[3] {
	case socksIPv4:
		rest += net.IPv4len - 1
	case socksIPv6:
		rest += net.IPv6len - 1
	case socksName:
		rest += int(head[4])
	default:
		return errSocks
	}
	_, err := io.ReadFull(c, make([]byte, rest))
	return err
}
