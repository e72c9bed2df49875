/// The forms of recorded traces that can be read.
public enum TraceFormat: String, CaseIterable, Hashable, Sendable {
    /// JSON lines `{"timestamp": ms, "input_length": n, "output_length": n, "hash_ids": […]}`; one identity
    /// for each 512 tokens. Source: kvcache-ai/Mooncake, FAST25-release/traces.
    case mooncake
    /// CSV with `TIMESTAMP` (a date and time), `ContextTokens`, `GeneratedTokens`. Source:
    /// Azure/AzurePublicDataset.
    case azure
    /// CSV with `Timestamp` (seconds), `Request tokens`, `Response tokens` and more. Source: HPMLL/BurstGPT.
    case burstGPT = "burstgpt"
}
