internal import ArgumentParser

/// In which API requests are written.
enum RequestDialect: String, CaseIterable, ExpressibleByArgument {
    /// OpenAI's for all kinds.
    case openai
    /// OpenAI's for text; token ids, which it has no place for there, go to SGLang's `/generate`.
    case sglang
}
