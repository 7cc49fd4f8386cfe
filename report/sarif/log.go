package sarif

// The parts of SARIF 2.1.0 that are written here, in its own words.
//
// See https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.

type log struct {
	Schema  string `json:"$schema"`
	Version string `json:"version"`
	Runs    []run  `json:"runs"`
}

type run struct {
	Tool              tool         `json:"tool"`
	AutomationDetails details      `json:"automationDetails"`
	Invocations       []invocation `json:"invocations"`
	ColumnKind        string       `json:"columnKind"`
	Results           []result     `json:"results"`
}

type details struct {
	ID string `json:"id"`
}

type tool struct {
	Driver driver `json:"driver"`
}

type driver struct {
	Name            string       `json:"name"`
	Version         string       `json:"version,omitempty"`
	SemanticVersion string       `json:"semanticVersion,omitempty"`
	InformationURI  string       `json:"informationUri"`
	Rules           []rule       `json:"rules"`
	Notifications   []descriptor `json:"notifications"`
}

type descriptor struct {
	ID               string `json:"id"`
	ShortDescription text   `json:"shortDescription"`
	FullDescription  text   `json:"fullDescription"`
	Help             text   `json:"help"`
}

type text struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown,omitempty"`
}

type rule struct {
	ID               string         `json:"id"`
	ShortDescription text           `json:"shortDescription"`
	FullDescription  text           `json:"fullDescription"`
	Help             text           `json:"help"`
	HelpURI          string         `json:"helpUri,omitempty"`
	Default          configuration  `json:"defaultConfiguration"`
	Properties       ruleProperties `json:"properties"`
}

type configuration struct {
	Level string `json:"level"`
}

type ruleProperties struct {
	Tags             []string `json:"tags"`
	Precision        string   `json:"precision"`
	ProblemSeverity  string   `json:"problem.severity"`
	SecuritySeverity string   `json:"security-severity"`
}

type invocation struct {
	EndTimeUTC          string         `json:"endTimeUtc,omitempty"`
	ExecutionSuccessful bool           `json:"executionSuccessful"`
	ExitCode            int            `json:"exitCode"`
	ExitCodeDescription string         `json:"exitCodeDescription"`
	Notifications       []notification `json:"toolExecutionNotifications"`
}

type notification struct {
	Descriptor reference `json:"descriptor"`
	Level      string    `json:"level"`
	Message    text      `json:"message"`
}

type reference struct {
	ID    string `json:"id"`
	Index int    `json:"index"`
}

type result struct {
	RuleID       string            `json:"ruleId"`
	RuleIndex    int               `json:"ruleIndex"`
	Kind         string            `json:"kind,omitempty"`
	Level        string            `json:"level,omitempty"`
	Message      text              `json:"message"`
	Locations    []location        `json:"locations"`
	Related      []location        `json:"relatedLocations,omitempty"`
	Fingerprints map[string]string `json:"partialFingerprints"`
	Baseline     string            `json:"baselineState,omitempty"`
	Suppressions []suppression     `json:"suppressions,omitempty"`
	Properties   properties        `json:"properties"`
}

type location struct {
	ID       int       `json:"id,omitempty"`
	Physical physical  `json:"physicalLocation"`
	Logical  []logical `json:"logicalLocations,omitempty"`
	Message  *text     `json:"message,omitempty"`
}

type physical struct {
	Artifact artifact `json:"artifactLocation"`
	Region   region   `json:"region"`
}

type artifact struct {
	URI string `json:"uri"`
}

type region struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn"`
	EndLine     int `json:"endLine"`
	EndColumn   int `json:"endColumn"`
}

type logical struct {
	Name string `json:"fullyQualifiedName"`
	Kind string `json:"kind"`
}

type suppression struct {
	Kind          string `json:"kind"`
	Status        string `json:"status"`
	Justification string `json:"justification"`
}

// properties are what a finding holds beyond what SARIF has a word for.
type properties struct {
	Outcome      string   `json:"outcome"`
	Severity     string   `json:"severity"`
	Group        string   `json:"group,omitempty"`
	Coverage     string   `json:"coverage,omitempty"`
	Status       string   `json:"status,omitempty"`
	Rule         string   `json:"replicationRule,omitempty"`
	From         string   `json:"from,omitempty"`
	To           string   `json:"to,omitempty"`
	Account      string   `json:"account,omitempty"`
	Document     string   `json:"document,omitempty"`
	Target       string   `json:"target,omitempty"`
	Principal    string   `json:"principal,omitempty"`
	Action       string   `json:"action,omitempty"`
	Resource     string   `json:"resource,omitempty"`
	Witness      string   `json:"witness,omitempty"`
	FailureCode  string   `json:"failureCode,omitempty"`
	Requirement  string   `json:"requirement,omitempty"`
	Requirements []string `json:"requirements,omitempty"`
	Controls     []string `json:"controls,omitempty"`
	Source       string   `json:"source,omitempty"`
	Planned      string   `json:"planned,omitempty"`
	Statement    string   `json:"statement,omitempty"` // of the fix
}
