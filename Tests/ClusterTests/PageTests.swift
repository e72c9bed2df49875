import Foundation
import Testing

extension ClusterTests {
    /// The operators' page, looked at in headless Chromium; screenshots stay in the build folder.
    @Suite struct PageTests {
        /// What the tool says where there is no browser.
        private static let skipped: Int32 = 77

        private static func look(_ arguments: [String]) throws {
            let script = Products.package.appending(path: "tools/page/check.py").path
            let screenshots = Products.package.appending(path: ".build/page-screenshots").path
            let all = ["python3", "-B", script, "--screenshots", screenshots] + arguments
            let result = try Output.of("/usr/bin/env", all, limit: 600)
            if result.status == skipped { print(result.text) }
            #expect(result.status == 0 || result.status == skipped, "\(result.text)")
        }

        @Test func `nothing overlaps, is cut or out of a keyboard's reach, with 0 to 100 workers`() throws {
            try Self.look([])
        }

        @Test func `a real router's page shows its cluster, and a chat with its way`() throws {
            let plan = ClusterPlan.separate(.paced(PacedPace()), prefill: 2, decode: 2)
            try TestCluster.run(plan) { cluster in
                for seed in 1...3 { _ = try cluster.client.generate(.random(200, seed: UInt64(seed))) }
                let admin = try cluster.router.port("admin")
                try Self.look(["--url", "http://127.0.0.1:\(admin)/ui", "--workers", "4"])
            }
        }
    }
}
