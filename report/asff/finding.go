package asff

// A Request is one call of BatchImportFindings, for one account.
//
// See https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html.
type Request struct {
	Findings []Finding
}

// A Finding is an AwsSecurityFinding.
//
// See https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html.
type Finding struct {
	SchemaVersion string
	ID            string `json:"Id"`
	ProductARN    string `json:"ProductArn"`
	ProductName   string
	CompanyName   string
	GeneratorID   string `json:"GeneratorId"`
	AWSAccountID  string `json:"AwsAccountId"`
	Types         []string
	CreatedAt     string
	UpdatedAt     string
	Severity      Severity
	Title         string
	Description   string
	Remediation   *Remediation      `json:",omitempty"`
	SourceURL     string            `json:"SourceUrl,omitempty"`
	ProductFields map[string]string // at most 50
	Resources     []Resource
	Compliance    *Compliance `json:",omitempty"`
	Workflow      Workflow
	RecordState   string

	// What Security Hub takes from who found something, also later.
	FindingProviderFields ProviderFields
}

// A Severity is a label of Security Hub's and the word of the audit.
type Severity struct {
	Label    string
	Original string `json:",omitempty"`
}

// ProviderFields are the severity and the types.
type ProviderFields struct {
	Severity Severity
	Types    []string
}

// A Remediation is how to mend a finding.
type Remediation struct {
	Recommendation Recommendation
}

// A Recommendation is a text and a page.
type Recommendation struct {
	Text string
	URL  string `json:"Url,omitempty"`
}

// A Resource is what a finding is about.
type Resource struct {
	Type      string
	ID        string `json:"Id"`
	Partition string
	Region    string `json:",omitempty"`
}

// Compliance says what a finding means for standards.
type Compliance struct {
	Status              string   `json:",omitempty"`
	RelatedRequirements []string `json:",omitempty"`
}

// A Workflow is how far somebody has looked.
type Workflow struct {
	Status string
}
