import Foundation
import Testing

extension ClusterTests {
    /// The official Python client, unchanged, talks to the router.
    @Suite struct OpenAIClientTests {
        @Test func `the official OpenAI client streams, completes, lists models and raises its own errors`()
            throws
        {
            guard let python = try Self.pythonWithOpenAI() else { return }
            try TestCluster.run(.separate(.paced(PacedPace()))) { cluster in
                let script = Products.package.appending(path: "tools/openai_client_check.py").path
                let url = "http://127.0.0.1:\(try cluster.router.port("http"))/v1"
                let result = try Output.of(python, [script, url])
                #expect(result.status == 0, "\(result.text)")
                #expect(result.text.contains("6 checks passed"), "\(result.text)")
            }
        }

        /// A Python with the client, in the build folder; `nil` with a printed reason where it cannot be had.
        private static func pythonWithOpenAI() throws -> String? {
            let folder = Products.package.appending(path: ".build/openai-client").path
            let python = "\(folder)/bin/python"
            let mark = URL(fileURLWithPath: "\(folder)/has-openai")
            if FileManager.default.fileExists(atPath: mark.path) { return python }
            let steps = [
                ("/usr/bin/env", ["python3", "-m", "venv", folder]),
                (python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "openai"]),
            ]
            for (program, arguments) in steps {
                let output = try Output.of(program, arguments, limit: 180)
                guard output.status == 0 else {
                    print("skipped: \(arguments.joined(separator: " ")) failed: \(output.text)")
                    return nil
                }
            }
            try Data().write(to: mark)
            return python
        }
    }
}
