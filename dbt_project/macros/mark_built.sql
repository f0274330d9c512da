{% macro mark_built(results) -%}
    {#-
        At the end of a build in which every model was built and nothing failed, the file says so: then the next
        build may add to it. Anything less, and staging makes the file anew.
    -#}
    {%- set builds = adapter.get_relation(target.database, 'raw', 'builds') if execute -%}
    {%- if builds and flags.WHICH in ('build', 'run') -%}
        {%- set failed = [] -%}
        {%- set built = [] -%}
        {%- for result in results -%}
            {%- set kept = failed if result.status in ('error', 'fail', 'skipped') else built -%}
            {%- do kept.append(result.node.unique_id) -%}
        {%- endfor -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' -%}
            {%- do failed.append(node.unique_id) if node.unique_id not in built -%}
        {%- endfor -%}
        {#- the look-up above has opened a transaction, which dbt would roll back -#}
        update raw.builds set is_built = {{ failed | length == 0 }};
        commit
    {%- endif -%}
{%- endmacro %}
