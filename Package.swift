// swift-tools-version: 6.1
import PackageDescription

// OpenBLAS on Linux; on Apple platforms the same BLAS and LAPACK entry points come from Accelerate.
let linux: TargetDependencyCondition? = .when(platforms: [.linux])
let apple: BuildSettingCondition? = .when(platforms: [.macOS, .iOS, .tvOS, .visionOS, .watchOS])

let package = Package(
  name: "autograd",
  platforms: [.macOS(.v15), .iOS(.v18), .tvOS(.v18), .visionOS(.v2), .watchOS(.v11)],
  products: [
    .library(name: "Autograd", targets: ["Autograd"]),
    .library(name: "NN", targets: ["NN"]),
    .library(name: "Optim", targets: ["Optim"]),
    .library(name: "Data", targets: ["Data"]),
    .library(name: "Training", targets: ["Training"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.4.0"),
  ],
  targets: [
    .target(
      name: "CKernels",
      linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))]
    ),
    .systemLibrary(
      name: "COpenBLAS",
      pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev", "pkg-config"])]
    ),
    .target(
      name: "Autograd",
      dependencies: ["CKernels", .target(name: "COpenBLAS", condition: linux)],
      linkerSettings: [.linkedFramework("Accelerate", apple)]
    ),
    .target(name: "NN", dependencies: ["Autograd"]),
    .target(name: "Optim", dependencies: ["Autograd", "NN"]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
    .target(name: "Data", dependencies: ["Autograd", "CZlib", "CPNG"], resources: [.copy("Resources")]),
    .target(name: "Training", dependencies: ["Autograd", "NN", "Optim", "Data"]),
    .executableTarget(
      name: "tour",
      dependencies: [
        "Autograd", "Data", "Training", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Examples/tour"
    ),
    .executableTarget(
      name: "train",
      dependencies: [
        "Autograd", "NN", "Optim", "Data", "Training",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Examples/train",
      exclude: ["Reference"],
      resources: [.copy("Resources")]
    ),
    .executableTarget(
      name: "bench",
      dependencies: [
        "Autograd", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/bench"
    ),
    .executableTarget(name: "startup", dependencies: ["Autograd"], path: "Benchmarks/startup"),
    .executableTarget(
      name: "gradbench",
      dependencies: [
        "Autograd", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/gradbench"
    ),
    .testTarget(
      name: "ConformanceTests",
      dependencies: ["Autograd"],
      exclude: ["passing.txt"],
      resources: [.copy("Cases")]
    ),
    .testTarget(name: "DocumentationTests", dependencies: ["Autograd", "NN", "Optim", "Data", "Training"]),
    .testTarget(name: "TrainingTests", dependencies: ["Training", "PythonSupport"]),
    .testTarget(name: "TrainTests", dependencies: ["train"]),
    .testTarget(
      name: "NNTests",
      dependencies: ["NN"],
      exclude: ["Fixtures/torch_layers.py"],
      resources: [.copy("Fixtures")]
    ),
    .target(name: "FuzzSupport", dependencies: ["Autograd"], path: "Tests/FuzzSupport"),
    .target(name: "PythonSupport", dependencies: ["Autograd"], path: "Tests/PythonSupport"),
    .testTarget(name: "OptimTests", dependencies: ["Optim", "FuzzSupport"]),
    .testTarget(name: "DataTests", dependencies: ["Data", "NN", "Optim", "FuzzSupport", "PythonSupport"]),
    .testTarget(
      name: "AutogradTests",
      dependencies: ["Autograd", "FuzzSupport"],
      resources: [.copy("Printing/printing.jsonl")]
    ),
  ],
  swiftLanguageModes: [.v6]
)
