internal import ArgumentParser
internal import Foundation

/// Which engine a benchmark of steps runs on.
struct StepsOptions: ParsableArguments {
    @Option(help: "What computes: paced or cpu.")
    var engine = "paced"

    @Option(help: "Profile of the paced engine.")
    var profile = "configs/profiles/h100-llama3-8b.yaml"

    @Option(help: "Model file of the cpu engine.")
    var model = "models/baton-tiny-q8_0.gguf"

    @Option(help: "Compute threads of the cpu engine.")
    var threads = 1

    @Option(help: "Folder of the worker programs; by default the one of this program.")
    var programs: String?

    @Option(help: "Seed of what is asked.")
    var seed: UInt64 = 1

    @Flag(help: "Print a JSON object instead of text.")
    var json = false

    func validate() throws {
        guard engine == "paced" || engine == "cpu" else {
            throw ValidationError("--engine is \(engine); use paced or cpu")
        }
        guard threads >= 1 else { throw ValidationError("--threads is \(threads); use at least 1") }
    }

    /// The engine of a plan; paths are made absolute, because the worker's start elsewhere.
    var planned: StepsPlan.Engine {
        engine == "cpu"
            ? .cpu(model: URL(fileURLWithPath: model).path, threads: threads)
            : .paced(profile: URL(fileURLWithPath: profile).path)
    }
}
