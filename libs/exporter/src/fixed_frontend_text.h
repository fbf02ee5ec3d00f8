// Parts of frontend.h and frontend.c for a fixed-point front end.
#pragma once

#include <map>
#include <string>

#include "mote/exporter/bundle_frontend.h"

namespace mote::exporter {

// What the templates name beyond the values of every front end. `frontend` is a fixed one.
std::map<std::string, std::string> fixed_frontend_values(const BundleFrontend& frontend);
// Its tables as static constants; the thresholds of the model's input are not among them.
std::string fixed_tables_text(const BundleFrontend& frontend);

}  // namespace mote::exporter
