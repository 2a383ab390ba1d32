package anon

import (
	"regexp"
	"strings"
	"sync"

	"github.com/otelbridge/otelbridge-go/internal/clip"
)

// lazy compiles expr when it is first asked for.
func lazy(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}

// maskRules returns the rules in the order in which they apply: what spans
// most text first, so that a token inside a password goes with the password.
func maskRules() []rule {
	return append(formRules(), tokenRules()...)
}

// formRules recognise secrets by what stands around them.
func formRules() []rule {
	return []rule{
		{name: "private key block", needs: []string{"PRIVATE KEY"}, span: keyBlockSpan,
			re: lazy(`(?s)-----BEGIN[ A-Z0-9]{0,40}PRIVATE KEY(?: BLOCK)?-----(.*?)(-----END|\z)`)},

		{name: "URL that was refused", needs: []string{"invalid port", "invalid userinfo", "invalid url escape"}, span: refusedSpan,
			re: lazy(`\bparse \\*"([^\n]*?)\\*": (?:net/url: )?invalid (?:port|userinfo|URL escape)`)},
		{name: "port that is none", needs: []string{"invalid port"}, span: portSpan,
			re: lazy(`\binvalid port \\*":([^"\n]*?)\\*" after host`)},
		{name: "quoted URL with a space or a quote", needs: []string{"://"}, near: nearQuote, span: userInfoSpan,
			re: lazy(`(?:^|[^\\])"[A-Za-z][\w+.-]*://([^\s/?#:@"\\<>\[]*:\d*[^\s\d/?#@"\\<>,][^\s@"\\]*(?:\s|\\.)(?:[^"\\\n]|\\.)*)@`)},
		{name: "URL cut short", needs: []string{clip.Mark},
			re: lazy(`:\\?/\\?/[^\s/?#:@\["<>]*:(\d*[^\s\d/?#@"<>]\S*) \[cut\]\z`)},

		// The second form is a password with a slash, question mark or number
		// sign in it: what follows the colon is then no port.
		{name: "URL user info", needs: []string{"://", `:\/\/`}, near: hasAtSign, span: userInfoSpan,
			re: lazy("(?:" + `:\\?/\\?/([^\s/?#"` + "`" + `<>\\@\[][^\s/?#"` + "`" + `<>\\]*)@` +
				`|:\\?/\\?/([^\s/?#:@\["<>]*:\d*[^\s\d/?#@"<>][^\s"]*)@)`)},
		{name: "encoded URL user info", needs: []string{"%3a%2f%2f"},
			re: lazy(`(?i)%3a%2f%2f((?:[^\s&"'%/]|%[013-9a-f][0-9a-f]|%2[0-9a-e])+?)%40`)},
		{name: "MySQL data source", needs: []string{"@tcp(", "@tcp6(", "@unix(", "@udp(", "@pipe(", "@cloudsql("},
			re: lazy("([^\\s:/@\"'`=(]+:[^\\s\"`]*)@[a-z0-9]+\\(")},
		{name: "MySQL data source without host", test: hasAtSlash,
			re: lazy("([\\w.-]+:[^\\s\"'`/@]*[^\\s\"'`/@:])@/\\w")},
		{name: "host user info", test: hasHostUserInfo, span: hostUserSpan,
			re: lazy(`(?:^|[\s"'=(,<\[])([\w.%+-]+):([^\s@/"'<>]+)@([\w.-]+)(?::\d{2,5}\b|/\w)`)},
		{name: "Oracle connect string", needs: []string{"oracle:thin:", "oracle:oci:", "sqlplus ", "@//"},
			re: lazy(`(?i)(?:oracle:(?:thin|oci):|sqlplus\s+(?:-\w+\s+)*)([^\s/@"']+/[^\s"']+)@` +
				`|(?:^|[\s"'=(])([\w$#.+-]+/[^\s/@"']+)@//\w`)},

		{name: "Authorization header", needs: []string{"authorization"}, span: authorizationSpan,
			re: lazy("(?i)\\bauthorization\\\\*[\"'`]?[ \\t]*(?::=|[:=])[ \\t]*\\[?[ \\t]*\\\\*[\"'`]?")},
		{name: "bearer credentials", needs: []string{"bearer"}, span: bearerSpan,
			re: lazy(`(?i)\bbearer(?:\s+|%20|\+|[:=]\s*)["']?([\w\-.~+/]{8,}=*)`)},
		{name: "basic credentials", needs: []string{"basic "}, span: basicSpan,
			re: lazy(`(?i)\bbasic\s+([\w+/-]{4,}={0,2})`)},
		{name: "cookies", needs: []string{"cookie"},
			re: lazy("(?i)\\b(?:set-)?cookie\\\\*[\"'`]?[ \\t]*[:=][ \\t]*\\[?\\\\*[\"'`]?([\\w!#$%&*+.^|~-]+=(?:[^\\r\\n\"'`\\\\\\]]|\\][^\\s\\]])+)")},

		{name: "name and value", needs: secretNeeds(), near: nearPair, span: pairSpan,
			re: lazy("(?i)([\\w.\\-]*(?:pass|pwd?|secret|token|credential|key|sess|sid|sig|auth|honeycomb)[\\w.\\-]*)" +
				"(\\\\*[\"'`]?\\]?[ \\t]*(?:=>|:=|->|={1,3}|:|%3[dD])[ \\t]*)")},
		{name: "flag and value", needs: secretNeeds(), near: nearFlag, span: flagSpan,
			re: lazy(`(?i)(?:^|[\s"'\[,(=])--?([\w.\-]*(?:pass|pwd|secret|token|credential|key|auth)[\w.\-]*)(["'],?[ \t]*["']|["']?[ \t]+["']?)`)},
		{name: "key in a sentence", needs: []string{"api key", "access key", "secret key", "account key", "signing key"}, span: sentenceSpan,
			re: lazy(`(?i)\b(?:api|access|secret|account|signing)\s+key(?:\s+provided)?["']?\s*[:=]\s*["']?([\w.+/=-]{8,})`)},
		{name: "name and value attributes", needs: []string{"value"}, near: nearValue, span: attributeSpan,
			re: lazy(`(?i)\b(?:key|name)\\?["']?\s*[=:]\s*\\?["']?([\w.:-]+)\\?["']?\s*,?\s*\\?["']?value\\?["']?\s*[=:]\s*\\?["']?([^"'\\\s,}]+)`)},
		{name: "XML element", test: hasEndTag, span: attributeSpan,
			re: lazy(`<([\w.:-]+)(?:\s[^<>]*)?>\s*([^<>]*[^<>\s])\s*</`)},
		{name: "SQL literal", needs: []string{"identified", "password '", "secret '", "token '", "string '"},
			re: lazy(`(?i)\bidentified\s+(?:with\s+\S+\s+)?by\s+(?:password\s+|values\s+)?["']([^"']+)` +
				`|\b(?-i:IDENTIFIED\s+BY)\s+([^\s"';]+)` +
				`|\bpassword\s+'((?:[^'\\]|''|\\.)+)'` +
				`|[(,]\s*(?:\w+_)?(?:secret|token|connection_string)\s+'((?:[^'\\]|''|\\.)+)'`)},
		{name: "quoted password", needs: []string{`password "`, `password \"`, `passphrase "`, `passphrase \"`, `passwd "`}, span: quotedSpan,
			re: lazy(`(?i)\b(?:password|passphrase|passwd) \\*"([^"\\\n]+)\\*"`)},
		{name: "command line", needs: []string{"mysql", "mariadb", "sshpass", "sqlcmd", "redis-cli", "curl ", "docker login"},
			re: lazy(`\b(?:mysql(?:dump|admin|import)?|mariadb(?:-\w+)?)\b[^\n|;&]*?[\s"']-p([^\s'"]+)` +
				`|\b(?:sshpass|docker login)\b[^\n|;&]*?[\s"']-p["']?\s*["']?([^\s'"]+)` +
				`|\bsqlcmd\b[^\n|;&]*?[\s"']-P["']?\s*["']?([^\s'"]+)` +
				`|\bredis-cli\b[^\n|;&]*?[\s"']-a["']?\s*["']?([^\s'"]+)` +
				`|\bcurl\b[^\n]*?[\s"'](?:-u|-U|--user|--proxy-user)["']?[ =]*["']?([^\s:'"]+:[^\s'"]+)`)},
	}
}

// tokenRules recognise secrets by their own published format.
func tokenRules() []rule {
	return []rule{
		{name: "JSON Web Token", needs: []string{"eyJ"},
			re: lazy(`\beyJ[\w-]{8,}(?:\.[\w-]{4,}){1,4}\.?|\beyJrIjoi[\w+/-]{40,}={0,2}`)},

		{name: "AWS", needs: []string{"AKIA", "ASIA", "ABIA", "ACCA", "A3T", "ABSK", "bedrock-api-key-"},
			re: lazy(`\b(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b|\bABSK[\w+/]{100,}={0,2}|bedrock-api-key-([\w+/-]{20,}={0,2})`)},
		{name: "Google", needs: []string{"AIza", "ya29.", "GOCSPX-", "1//0"},
			re: lazy(`\bAIza[\w-]{30,}|\bya29\.[\w-]{20,}|\bGOCSPX-[\w-]{20,}|\b1//0[\w-]{30,}`)},
		{name: "Azure client secret", needs: []string{"0Q~"},
			re: lazy(`[\w.~-]{3}\dQ~[\w.~-]{30,36}`)},
		{name: "DigitalOcean", needs: []string{"dop_v1_", "doo_v1_", "dor_v1_"}, re: lazy(`\bdo[opr]_v1_[a-f0-9]{40,}`)},
		{name: "Alibaba", needs: []string{"LTAI"}, re: lazy(`\bLTAI[A-Za-z0-9]{12,24}\b`)},
		{name: "Yandex", needs: []string{"AQVN", "t1."}, re: lazy(`\bAQVN[\w-]{35,}|\bt1\.[\w-]{20,}={0,2}\.[\w-]{80,}={0,2}`)},
		{name: "Cloudflare", needs: []string{"v1.0-"}, re: lazy(`\bv1\.0-[a-f0-9]{24}-[a-f0-9]{100,}`)},
		{name: "Fly.io and Heroku", needs: []string{"fo1_", "fm1r_", "fm1a_", "fm2_", "HRKU-"},
			re: lazy(`\bfo1_[\w-]{40,}|\bfm(?:1[ar]|2)_[\w+/]{60,}={0,3}|\bHRKU-[\w-]{30,}`)},
		{name: "hosting", needs: []string{"nfp_", "vcp_", "vci_", "vca_", "sbp_", "sb_secret_", "scw-secret", "pscale_"},
			re: lazy(`\b(?:nfp|vc[pia])_[A-Za-z0-9]{24,}|\bsbp_[a-f0-9]{40}|\bsb_secret_[\w-]{20,}|\bpscale_(?:tkn|oauth|pw)_[\w=.-]{30,}`)},

		{name: "GitHub", needs: []string{"ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"},
			re: lazy(`gh[pousr]_[A-Za-z0-9_]{20,}|github_pat_\w{22,}`)},
		{name: "GitLab", needs: []string{"glpat-", "gldt-", "glrt-", "glptt-", "glcbt-", "glimt-", "glagent-", "gloas-", "glsoat-", "glffct-", "glft-", "GR1348941"},
			re: lazy(`\bgl(?:pat|dt|rt|ptt|cbt|imt|agent|oas|soat|ffct|ft)-[\w.-]{20,}|\bGR1348941[\w-]{20,}`)},
		{name: "Atlassian", needs: []string{"ATATT3", "ATBB", "ATCTT3"}, re: lazy(`\bAT(?:ATT3|CTT3)[\w\-=]{60,}|\bATBB[A-Za-z0-9]{24,}`)},
		{name: "build services", needs: []string{"bkua_", "CCIPAT_", "CCIPRJ_", "pul-", "pnu_", "AKCp", "cmVmd", "tskey-", "sqp_", "squ_", "sqa_"},
			re: lazy(`\bbkua_[a-f0-9]{40}|\bCCIP(?:AT|RJ)_[\w]{20,}|\bpul-[a-f0-9]{40}\b|\bpnu_[A-Za-z0-9]{30,}|\bAKCp[A-Za-z0-9]{60,}|\bcmVmd[A-Za-z0-9]{59,}|\btskey-[a-z]+-[A-Za-z0-9-]{16,}|\bsq[pua]_[a-z0-9]{40}`)},
		{name: "package registries", needs: []string{"npm_", "pypi-", "rubygems_", "oy2", "dckr_", "CLOJARS_", "cio"},
			re: lazy(`\bnpm_[A-Za-z0-9]{30,}|\bpypi-[\w-]{50,}|\brubygems_[a-f0-9]{40,}|\boy2[a-z0-9]{43}\b|\bdckr_(?:pat|oat)_[\w-]{20,}|\bCLOJARS_[a-z0-9]{60}|\bcio[A-Za-z0-9]{32}\b`)},

		{name: "Slack", needs: []string{"xoxa-", "xoxb-", "xoxc-", "xoxd-", "xoxe", "xoxo-", "xoxp-", "xoxr-", "xoxs-", "xapp-"},
			re: lazy(`\b(?:xox[a-z]|xapp)(?:[.-][A-Za-z0-9%/+-]{8,})+`)},
		{name: "webhooks", needs: []string{"hooks.slack", "api/webhooks/", "webhook.office", "hooks.zapier", "logic.azure"},
			re: lazy(`hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/([\w+/-]{10,})|/api/webhooks/([\w/-]{10,})|\.webhook\.office\.com/webhookb2/([\w@/-]{20,})|hooks\.zapier\.com/hooks/catch/([\w/-]{8,})`)},
		{name: "Discord", test: hasDiscordDots, span: mixedSpan, re: lazy(`\b[MNO][\w-]{22,27}\.[\w-]{6}\.[\w-]{27,}`)},
		{name: "Telegram", needs: []string{":AA"}, re: lazy(`\b(?:bot)?\d{6,12}:(AA[\w-]{30,})`)},
		{name: "mail services", needs: append([]string{"SG.", "xkeysib-", "0-us1", "a-us1", "b-us1", "c-us1", "d-us1", "e-us1", "f-us1"}, hexNeeds("key-")...),
			re: lazy(`\bSG\.[\w-]{16,}\.[\w-]{16,}|\bxkeysib-[a-f0-9]{40,}-[A-Za-z0-9]{10,}|\b[0-9a-f]{32}-us\d{1,2}\b|\b(?:pub)?key-[0-9a-f]{32}\b`)},
		{name: "Twilio", needs: hexNeeds("SK"), re: lazy(`\bSK[0-9a-f]{32}\b`)},

		{name: "payments", needs: []string{"sk_live_", "rk_live_", "sk_test_", "rk_test_", "sk_prod_", "rk_prod_", "whsec_", "sq0atp-", "sq0csp-", "shippo_", "duffel_", "FLWSECK", "access-production-", "access-sandbox-", "access-development-"},
			re: lazy(`\b[sr]k_(?:live|test|prod)_[A-Za-z0-9]{10,}|\bwhsec_[\w+/=-]{20,}|\bsq0(?:atp|csp)-[\w-]{20,}|\bshippo_(?:live|test)_[a-f0-9]{40}|\bduffel_(?:test|live)_[\w=-]{40,}|\bFLWSECK(?:_TEST)?-[A-Za-z0-9]{12,}|\baccess-(?:production|sandbox|development)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}`)},
		{name: "Shopify", needs: []string{"shpat_", "shpca_", "shppa_", "shpss_"}, re: lazy(`\bshp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}`)},
		{name: "social networks", needs: []string{"EAAC", "EAAM", "EAAA", "AAAAAAAAAAAAAAAAAAAA"},
			re: lazy(`\bEAA[ACM][A-Za-z0-9_-]{55,}|\bA{20,22}[A-Za-z0-9%]{60,}`), span: mixedSpan},

		{name: "AI services", needs: []string{"sk-", "gsk_", "xai-", "pplx-", "hf_", "api_org_", "r8_", "lsv2_"}, near: nearLongRun, span: mixedSpan,
			re: lazy(`\bsk-[\w-]{20,}|\bgsk_[A-Za-z0-9]{30,}|\bxai-[A-Za-z0-9]{40,}|\bpplx-[A-Za-z0-9]{40,}|\b(?:hf|api_org)_[A-Za-z0-9]{30,}|\br8_[A-Za-z0-9]{30,}|\blsv2_(?:pt|sk)_[a-f0-9]{20,}_?[a-f0-9]*`)},
		{name: "Databricks", needs: []string{"dapi", "dose", "dkea"}, re: lazy(`\b(?:dapi|dose|dkea)[a-f0-9]{32}(?:-\d)?\b`)},
		{name: "HashiCorp", needs: []string{"hvs.", "hvb.", "hvr.", "atlasv1"}, re: lazy(`\bhv[sbr]\.[\w-]{20,}|[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{40,}`)},
		{name: "observability", needs: []string{"glc_", "glsa_", "sntrys_", "sntryu_", "sntrya_", "NRAK-", "NRII-", "NRJS-", "NRAL", "dt0c01.", "dt0s16.", "hcaik_", "hcbik_", "phx_", "phs_"},
			re: lazy(`\bglc_[\w+/]{30,}={0,3}|\bglsa_\w{32,}|\bsntry[sua]_[\w+/=-]{20,}|\bNR(?:AK|II|JS)-[\w-]{18,}|\b[0-9a-f]{32,40}NRAL\b|\bdt0[a-z]\d\d\.[A-Z0-9]{20,}\.[A-Z0-9]{50,}|\bhc[ab]ik_[a-z0-9]{50,}|\bph[xs]_[A-Za-z0-9]{32,}`)},
		{name: "work tools", needs: []string{"lin_api_", "ntn_", "PMAK-", "figd_", "CFPAT-", "dp.pt.", "dp.st.", "dp.ct.", "sgp_", "ops_eyJ", "rdme_", "tfp_", "API-", "pat"}, near: nearLongRun,
			re: lazy(`\blin_api_[A-Za-z0-9]{32,}|\bntn_[A-Za-z0-9]{40,}|\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}|\bfigd_[\w-]{30,}|\bCFPAT-[\w-]{40,}|\bdp\.(?:pt|st|ct)\.(?:[\w-]+\.)?[A-Za-z0-9]{40,}|\bsgp_(?:[a-f0-9]{16}_|local_)?[a-f0-9]{40}|\bops_eyJ[\w+/=-]{60,}|\brdme_[a-z0-9]{60,}|\btfp_[\w.=-]{50,}|\bAPI-[A-Z0-9]{26}\b|\bpat[A-Za-z0-9]{14}\.[a-f0-9]{64}\b|\bpat\.[\w-]{22}\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{20}`)},
		{name: "age key", needs: []string{"AGE-SECRET-KEY-1"}, re: lazy(`AGE-SECRET-KEY-1[A-Z0-9]{40,}`)},
	}
}

// hexNeeds returns prefix with each class a hexadecimal digit can have.
func hexNeeds(prefix string) []string {
	needs := make([]string, 0, 7)
	for _, digit := range "0abcdef" {
		needs = append(needs, prefix+string(digit))
	}
	return needs
}

// nearValue wants an equals sign or a colon behind the word.
func nearValue(text string, at int) bool {
	rest := strings.TrimLeft(text[at:min(len(text), at+6)], "\\\"' ")
	return rest != "" && (rest[0] == '=' || rest[0] == ':')
}

func hasAtSlash(text string) bool { return strings.Contains(text, "@/") }

func hasEndTag(text string) bool { return strings.Contains(text, "</") }

// nearLongRun wants a run of token bytes behind a short prefix, which rules
// out most words that happen to begin like one.
func nearLongRun(text string, at int) bool {
	const shortest = 16
	if len(text)-at < shortest {
		return false
	}
	for i := at; i < at+shortest; i++ {
		if !isNameByte(text[i]) {
			return false
		}
	}
	return true
}

// hasDiscordDots looks for two dots with six bytes between them.
func hasDiscordDots(text string) bool {
	for i := strings.IndexByte(text, '.'); i >= 0 && i+8 < len(text); {
		if i > 20 && text[i+7] == '.' {
			return true
		}
		next := strings.IndexByte(text[i+1:], '.')
		if next < 0 {
			return false
		}
		i += 1 + next
	}
	return false
}

// keyBlockSpan masks the body of a key up to its end line. Without an end line
// the rest of the text goes, provided that it holds key material at all and is
// not a sentence about a missing block.
func keyBlockSpan(text string, m []int) (lo, hi int) {
	body := text[m[2]:m[3]]
	if m[4] == m[5] && longestRun(body) < 24 {
		return 0, 0
	}
	if strings.Trim(body, " \t\r\n\\nr") == masked {
		return 0, 0
	}
	return m[2], m[3]
}

// longestRun returns the length of the longest run of base64 digits in s.
func longestRun(s string) (longest int) {
	run := 0
	for i := range len(s) {
		if c := s[i]; isLetter(c) || isDigit(c) || c == '+' || c == '/' || c == '=' {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	return longest
}

// quotedSpan masks what stands in quotation marks behind the word, unless it
// says how things stand with a password.
func quotedSpan(text string, m []int) (lo, hi int) {
	if v := text[m[2]:m[3]]; isHarmlessValue(v) || isStateWord(v) || isSentence(v) {
		return 0, 0
	}
	return m[2], m[3]
}

// sentenceSpan masks what looks generated.
func sentenceSpan(text string, m []int) (lo, hi int) {
	v := text[m[2]:m[3]]
	if !longValue.met(v) || isPath(v) || isPosition(v) || isHarmlessValue(v) {
		return 0, 0
	}
	return m[2], m[3]
}

// mixedSpan masks a match that has both letters and digits, as generated
// tokens have and names in kebab case do not.
func mixedSpan(text string, m []int) (lo, hi int) {
	v := text[m[0]:m[1]]
	if !strings.ContainsAny(v[3:], "0123456789") || !hasLongPart(v) {
		return 0, 0
	}
	return m[0], m[1]
}

// hasLongPart tells whether one part of a joined name is too long for a word.
func hasLongPart(s string) bool {
	for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == '-' || r == '_' }) {
		if len(part) >= 16 {
			return true
		}
	}
	return false
}

// attributeSpan masks the second group when the first is a name of a secret.
func attributeSpan(text string, m []int) (lo, hi int) {
	name := text[m[2]:m[3]]
	v := text[m[4]:m[5]]
	demand := demandOf(name[strings.LastIndexByte(name, ':')+1:])
	if !demand.met(v) || isHarmlessValue(v) {
		return 0, 0
	}
	return m[4], m[5]
}
